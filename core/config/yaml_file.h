// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace bw::config {

/// One scalar of a YAML file with the place it stands.
struct YamlScalar {
  std::string path;  ///< "a.b[2].c"
  std::string text;  ///< as written, without quotes
  bool quoted = false;
  int line = 0;  ///< 1-based
};

/// A YAML file read strictly, flattened to its scalars in file order. Refused, with file and line: duplicate keys,
/// anchors and aliases, tags, several documents, NaN and infinities, numbers with leading zeros (octal in YAML 1.1),
/// sexagesimal numbers, and yes/no/on/off as booleans (write true or false).
struct YamlFile {
  std::string name;  ///< as shown in messages
  std::vector<YamlScalar> scalars;
  /// Null if absent.
  const YamlScalar* find(std::string_view path) const;
};

/// Error "config.unreadable" (names the file and why) or "config.syntax" (file:line and remedy).
Result<YamlFile> readYamlFile(const std::string& path);
/// The same from text; `name` stands in messages.
Result<YamlFile> parseYaml(const std::string& text, const std::string& name);

}  // namespace bw::config
