// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bw {

/// Writes the failed condition to stderr and aborts; the guard process then acts (failure mode PR25). Never returns.
[[noreturn]] void assertionFailed(const char* condition, const char* file, int line) noexcept;

}  // namespace bw

/// States what must hold if our own code is right. On in every build, release included.
#define BW_ASSERT(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::bw::assertionFailed(#condition, __FILE__, __LINE__))

/// An O(n) check (book, ledger, sums). On in every preset but release.
#ifdef BW_DEEP_CHECKS
#define BW_CHECK_DEEP(condition) BW_ASSERT(condition)
#else
#define BW_CHECK_DEEP(condition) static_cast<void>(0)
#endif
