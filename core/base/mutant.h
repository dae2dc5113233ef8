// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// `BW_MUTANT(number)` is a hand-written fault of tests/mutants/list.txt: false, and gone, in every build but those
/// with the option BW_MUTANTS, where the environment variable BW_MUTANT names the one that is on. It proves that tests
/// bite.
#ifdef BW_MUTANTS
namespace bw {
/// True if that fault is switched on in this process. Thread: any.
bool mutantIsOn(int number) noexcept;
}  // namespace bw
#define BW_MUTANT(number) (::bw::mutantIsOn(number))
#else
#define BW_MUTANT(number) false
#endif
