// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bw::sentinel {

enum class Severity : std::uint8_t { Notice, Warning, Critical };
std::string_view toString(Severity severity);

/// Something that is wrong. A value.
struct Finding {
  std::string code;     ///< stable: "clock.jump", "secret.config" ...
  std::string subject;  ///< what it is about: an agent, a file, a resource; one alarm per code and subject
  Severity severity = Severity::Warning;
  std::string text;     ///< names the thing, with its figures
  std::string remedy;   ///< what a person does about it
  bool pauses = false;  ///< trading must pause for it
};

using Findings = std::vector<Finding>;

}  // namespace bw::sentinel
