// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/yaml_file.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

namespace bw::config {
namespace {

struct Refusal {
  int line;
  std::string text;
};

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool allDigits(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

// Plain scalars that YAML readers understand differently, with the remedy. Empty if harmless.
std::string trapIn(const std::string& text) {
  const std::string low = lowered(text);
  if (low == ".nan" || low == ".inf" || low == "-.inf" || low == "+.inf" || low == "nan" || low == "inf" ||
      low == "-inf") {
    return "'" + text + "' is not a number that can be used here";
  }
  if (low == "yes" || low == "no" || low == "on" || low == "off" || low == "y" || low == "n") {
    return low == "off" || low == "on" ? std::string()
                                       : "'" + text + "' is ambiguous: write true or false, or put it in quotes";
  }
  const std::string_view digits =
      !text.empty() && (text[0] == '-' || text[0] == '+') ? std::string_view(text).substr(1) : text;
  if (digits.size() > 1 && digits[0] == '0' && allDigits(digits)) {
    return "'" + text + "' has a leading zero and would be read as an octal number: write " +
           std::string(digits.substr(digits.find_first_not_of('0') == std::string_view::npos
                                         ? digits.size() - 1
                                         : digits.find_first_not_of('0')));
  }
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'o'))
    return "'" + text + "' must be written as a decimal number";
  const std::size_t colon = digits.find(':');
  if (colon != std::string_view::npos && allDigits(digits.substr(0, colon)) && allDigits(digits.substr(colon + 1))) {
    return "'" + text + "' would be read as a base-60 number: put it in quotes";
  }
  return {};
}

class Flattener {
 public:
  explicit Flattener(YamlFile& out) : m_out(out) {}

  void visit(const YAML::Node& node, const std::string& path) {
    const int line = node.Mark().line + 1;
    if (!node.Tag().empty() && node.Tag() != "!" && node.Tag() != "?")
      throw Refusal{line, "tags such as " + node.Tag() + " are not allowed"};
    switch (node.Type()) {
      case YAML::NodeType::Map:
        visitMap(node, path);
        break;
      case YAML::NodeType::Sequence: {
        int index = 0;
        for (const YAML::Node& item : node) visit(item, path + "[" + std::to_string(index++) + "]");
        break;
      }
      case YAML::NodeType::Scalar:
        visitScalar(node, path, line);
        break;
      case YAML::NodeType::Null:
        m_out.scalars.push_back({path, "", false, line});
        break;
      case YAML::NodeType::Undefined:
        throw Refusal{line, "unreadable value at " + path};
    }
  }

 private:
  void visitMap(const YAML::Node& node, const std::string& path) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const int line = entry.first.Mark().line + 1;
      if (!entry.first.IsScalar()) throw Refusal{line, "a key must be a plain word"};
      const std::string key = entry.first.Scalar();
      if (!seen.insert(key).second)
        throw Refusal{line, "the key '" + key + "' stands here a second time: remove one of them"};
      visit(entry.second, path.empty() ? key : path + "." + key);
    }
  }

  void visitScalar(const YAML::Node& node, const std::string& path, int line) {
    const bool quoted = node.Tag() == "!";
    if (!quoted) {
      const std::string trap = trapIn(node.Scalar());
      if (!trap.empty()) throw Refusal{line, path + ": " + trap};
    }
    m_out.scalars.push_back({path, node.Scalar(), quoted, line});
  }

  YamlFile& m_out;
};

// yaml-cpp resolves anchors silently; they are refused on the text, outside quotes and comments.
int lineOfAnchor(const std::string& text) {
  int line = 1;
  char quote = 0;
  char previous = '\n';
  bool comment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      comment = false;
    } else if (!comment && quote == 0) {
      const bool start = previous == ' ' || previous == '\n' || previous == '\t' || previous == '[' || previous == ',';
      if (c == '#' && (previous == ' ' || previous == '\n' || previous == '\t'))
        comment = true;
      else if ((c == '"' || c == '\'') && start)
        quote = c;
      else if ((c == '&' || c == '*') && start && i + 1 < text.size() && text[i + 1] != ' ')
        return line;
    } else if (!comment && c == quote && previous != '\\') {
      quote = 0;
    }
    previous = c;
  }
  return 0;
}

}  // namespace

const YamlScalar* YamlFile::find(std::string_view path) const {
  for (const YamlScalar& s : scalars) {
    if (s.path == path) return &s;
  }
  return nullptr;
}

Result<YamlFile> parseYaml(const std::string& text, const std::string& name) {
  YamlFile file;
  file.name = name;
  const auto refuse = [&](int line, const std::string& why) {
    return finalError("config.syntax", name + ":" + std::to_string(line) + ": " + why);
  };
  if (const int line = lineOfAnchor(text); line > 0)
    return refuse(line, "anchors and aliases are not allowed: write the value out");
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) return refuse(1, "more than one document in the file: remove the '---' lines");
    if (!documents.empty() && !documents[0].IsNull()) {
      if (!documents[0].IsMap()) return refuse(1, "the file must hold 'key: value' lines");
      Flattener(file).visit(documents[0], "");
    }
  } catch (const YAML::Exception& e) {
    return refuse(e.mark.line + 1, e.msg);
  } catch (const Refusal& r) {
    return refuse(r.line, r.text);
  }
  return file;
}

Result<YamlFile> readYamlFile(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return finalError("config.unreadable", path + ": cannot be read (" + std::strerror(errno) + ")");
  std::ostringstream text;
  text << in.rdbuf();
  return parseYaml(text.str(), path);
}

}  // namespace bw::config
