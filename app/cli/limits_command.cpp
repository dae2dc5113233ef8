// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/limits_command.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/cli/answer_json.h"
#include "app/cli/settings_for.h"
#include "app/compose/limit_verbs.h"
#include "core/api/control_socket.h"
#include "core/api/json_writer.h"
#include "core/journal/latch.h"

namespace bw::cli {
namespace {

using simdjson::dom::element;

int complain(const Arguments& arguments, const Error& error, int code) {
  if (arguments.json) {
    api::JsonWriter json;
    json.beginObject().field("ok", false).field("reason", error.userKey).field("text", error.detail).endObject();
    std::cout << json.text() << std::endl;
  } else {
    std::cerr << error.detail << "\n";
  }
  return code;
}

// The request that the words ask for.
Result<api::ControlRequest> requestFor(const Arguments& arguments) {
  api::ControlRequest request{"limits", {}};
  const std::string& action = arguments.words.front();
  auto& fields = request.arguments;
  fields["action"] = action;
  const char* user = std::getenv("USER");
  fields["who"] = user == nullptr || *user == '\0' ? "command line" : user;
  fields["reason"] = arguments.reason;
  fields["typed"] = arguments.confirm;
  fields["days"] = std::to_string(arguments.days);
  fields["version"] = arguments.version;
  const std::vector<std::string> rest(arguments.words.begin() + 1, arguments.words.end());
  if (action == "set" || action == "what-if") {
    for (const std::string& edit : rest) fields["edits"] += (fields["edits"].empty() ? "" : "\n") + edit;
  } else if (action == "import") {
    if (rest.size() != 1) return finalError("usage", "limits import needs one file");
    std::ifstream in(rest[0], std::ios::binary);
    if (!in) return finalError("usage", rest[0] + ": cannot be read");
    std::ostringstream text;
    text << in.rdbuf();
    fields["yaml"] = text.str();
    fields["name"] = rest[0];
  } else if (action == "abort") {
    if (rest.size() != 1) return finalError("usage", "limits abort needs the number of the waiting change");
    fields["version"] = rest[0];
  } else if (rest.size() > 1 || (!rest.empty() && action != "show" && action != "history")) {
    return finalError("usage", "limits " + action + " takes no such argument");
  } else if (!rest.empty()) {
    fields["key"] = rest[0];
  }
  return request;
}

Result<std::string> answerOffline(const Arguments& arguments, const app::Places& places,
                                  const api::ControlRequest& request) {
  // One that runs and does not answer must not be worked around.
  auto lock = journal::DataLock::take(places.dataDir);
  if (!lock) return lock.error();
  const auto settings = settingsFor(arguments, places);
  if (!settings) return settings.error();
  const SystemClock clock;
  auto desk = app::offlineDesk(*settings, places, arguments.mode, clock);
  if (!desk) return desk.error();
  return app::answerLimits(**desk, request);
}

void printLimits(const std::string& action, const element& answer) {
  forEach(answer, "limits", [](const element& l) {
    std::cout << textOf(l, "key") << ": " << textOf(l, "value") << "   " << textOf(l, "unit") << "   ("
              << textOf(l, "source") << ")\n";
  });
  forEach(answer, "changes", [](const element& c) {
    std::cout << textOf(c, "time") << "  " << textOf(c, "who") << "  " << textOf(c, "key") << "  "
              << textOf(c, "before") << " -> " << textOf(c, "after") << "  " << textOf(c, "direction") << "  "
              << textOf(c, "outcome") << "  " << textOf(c, "reason") << "\n";
  });
  forEach(answer, "rows", [](const element& r) {
    std::cout << textOf(r, "key") << ": " << textOf(r, "before") << " -> " << textOf(r, "after") << "  "
              << textOf(r, "direction") << "  " << textOf(r, "effect") << textOf(r, "error") << "\n";
  });
  forEach(answer, "arithmetic", [](const element& a) {
    std::string_view text;
    if (a.get(text) == simdjson::SUCCESS) std::cout << "  " << text << "\n";
  });
  std::cout << textOf(answer, "yaml");
  if (action == "what-if" && !textOf(answer, "text").empty()) std::cout << textOf(answer, "text") << "\n";
  if (!textOf(answer, "due").empty()) std::cout << "The loosening takes effect at " << textOf(answer, "due") << "\n";
}

int codeFor(const std::string& reason) {
  if (reason.empty()) return kDone;
  const bool wrong = reason == "usage" || reason == "limits.invalid" || reason.rfind("config.", 0) == 0;
  return wrong ? kUsage : kFailed;
}

}  // namespace

int runLimits(const Arguments& arguments) {
  const auto request = requestFor(arguments);
  if (!request) return complain(arguments, request.error(), kUsage);
  const auto places = app::findPlaces(arguments.profile, arguments.dataDir);
  if (!places) return complain(arguments, places.error(), kFailed);
  auto answer = api::askWorkstation(places->socketPath, *request, Duration::seconds(8));
  if (!answer && answer.error().userKey == "control.nobody") answer = answerOffline(arguments, *places, *request);
  if (!answer) return complain(arguments, answer.error(), kFailed);
  simdjson::dom::parser parser;
  element json;
  if (parser.parse(*answer).get(json) != simdjson::SUCCESS)
    return complain(arguments, finalError("answer", "the answer cannot be read: " + *answer), kFailed);
  bool ok = false;
  if (json["ok"].get(ok) != simdjson::SUCCESS) ok = false;
  if (arguments.json) {
    std::cout << *answer << std::endl;
  } else {
    printLimits(arguments.words.front(), json);
    if (!ok) std::cerr << textOf(json, "text") << "\n";
  }
  return ok ? kDone : codeFor(textOf(json, "reason"));
}

}  // namespace bw::cli
