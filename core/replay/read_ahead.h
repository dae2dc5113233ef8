// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/replay/byte_source.h"

namespace bw::replay {

/// The same bytes as `inner` gives, unpacked ahead of the reader by a thread of its own, at most a megabyte. Short
/// files and first looks never start that thread. Thread: owner only; `inner` is used by one thread at a time.
std::unique_ptr<ByteSource> readAhead(std::unique_ptr<ByteSource> inner);

}  // namespace bw::replay
