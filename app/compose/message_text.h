// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/bus/message.h"

namespace bw::app {

/// One line of plain English about a message: what was said, with its numbers.
std::string describe(const Message& message);

}  // namespace bw::app
