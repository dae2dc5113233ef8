// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sentinel/finding.h"

namespace bw::sentinel {

std::string_view toString(Severity severity) {
  switch (severity) {
    case Severity::Notice:
      return "notice";
    case Severity::Warning:
      return "warning";
    case Severity::Critical:
      return "critical";
  }
  return "?";
}

}  // namespace bw::sentinel
