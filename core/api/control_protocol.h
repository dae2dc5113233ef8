// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace bw::api {

/// A request on the control socket: one line of "verb\tkey=value\t…" in percent-escaped UTF-8, answered by one line of
/// JSON.
struct ControlRequest {
  std::string verb;
  std::map<std::string, std::string> arguments;
  std::string argument(const std::string& key) const;
};

std::string encodeRequest(const ControlRequest& request);
/// Error "control.syntax" for anything else than what encodeRequest makes.
Result<ControlRequest> decodeRequest(std::string_view line);

}  // namespace bw::api
