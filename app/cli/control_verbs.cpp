// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/control_verbs.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "app/cli/answer_json.h"
#include "app/cli/settings_for.h"
#include "app/compose/offline_reset.h"
#include "core/api/control_socket.h"
#include "core/api/json_writer.h"

namespace bw::cli {
namespace {

using simdjson::dom::element;

void printStatus(const element& status) {
  std::cout << textOf(status, "state") << "  mode " << textOf(status, "mode") << "  profile "
            << textOf(status, "profile");
  if (!textOf(status, "cause").empty()) std::cout << "  (" << textOf(status, "cause") << ")";
  std::cout << "\n";
  element stop;
  if (status["stop"].get(stop) == simdjson::SUCCESS && textOf(stop, "state") != "READY") {
    std::cout << "Emergency stop " << numberOf(stop, "stop_number") << ": " << textOf(stop, "state") << "  "
              << textOf(stop, "trigger") << "  " << textOf(stop, "attention") << "\n";
  }
  forEach(status, "startup", [](const element& step) {
    if (textOf(step, "state") != "done") {
      std::cout << "  start-up " << numberOf(step, "step") << " " << textOf(step, "name") << ": "
                << textOf(step, "state") << " " << textOf(step, "detail") << "\n";
    }
  });
  forEach(status, "alarms", [](const element& alarm) {
    bool seen = false;
    if (alarm["acknowledged"].get(seen) == simdjson::SUCCESS && seen) return;
    std::cout << "Alarm " << numberOf(alarm, "id") << " (" << numberOf(alarm, "count")
              << "x): " << textOf(alarm, "text");
    if (!textOf(alarm, "action").empty()) std::cout << ". Do: " << textOf(alarm, "action");
    std::cout << "\n";
  });
  element account;
  if (status["account"].get(account) == simdjson::SUCCESS) {
    std::cout << "Equity " << textOf(account, "equity") << " " << textOf(account, "currency") << "  realised "
              << textOf(account, "realised_pnl") << "  unrealised " << textOf(account, "unrealised") << "  fees "
              << textOf(account, "fees") << "\n";
  }
  forEach(status, "instruments", [](const element& i) {
    std::cout << "  " << textOf(i, "symbol") << "  " << textOf(i, "best_bid") << " / " << textOf(i, "best_ask")
              << "  book " << textOf(i, "book") << "\n";
  });
  forEach(status, "positions", [](const element& p) {
    std::cout << "  position " << textOf(p, "symbol") << "  " << textOf(p, "quantity") << " at "
              << textOf(p, "average_price") << "  unrealised " << textOf(p, "unrealised") << "\n";
  });
  forEach(status, "orders", [](const element& o) {
    std::cout << "  order " << textOf(o, "symbol") << "  " << textOf(o, "side") << " " << textOf(o, "quantity")
              << " at " << textOf(o, "price") << textOf(o, "trigger") << "  " << textOf(o, "state") << "  "
              << textOf(o, "client_id") << "\n";
  });
}

void printStop(const element& answer) {
  const auto count = [&](const char* key) {
    std::int64_t number = 0;
    return answer[key].get(number) == simdjson::SUCCESS ? std::to_string(number) : std::string("unknown");
  };
  std::cout << "Emergency stop " << numberOf(answer, "stop_number") << ": " << textOf(answer, "state") << "\n"
            << "  open orders at the venue: " << count("open_orders") << ", positions: " << count("positions")
            << ", after " << numberOf(answer, "elapsed_ms") << " ms\n";
  if (!textOf(answer, "attention").empty()) std::cout << "  ATTENTION: " << textOf(answer, "attention") << "\n";
  std::cout << "It stays latched until 'bellwether-cli reset'.\n";
}

void printStory(const element& answer) {
  bool any = false;
  forEach(answer, "messages", [&](const element& m) {
    any = true;
    std::cout << numberOf(m, "sequence") << "  " << textOf(m, "time") << "  " << textOf(m, "host") << "/"
              << textOf(m, "from") << "  " << textOf(m, "topic") << "  " << textOf(m, "text") << "\n";
  });
  if (!any) std::cout << "Nothing is remembered about this id; it is too old, or no correlation id.\n";
}

void printInbox(const element& answer) {
  bool any = false;
  forEach(answer, "items", [&](const element& item) {
    any = true;
    std::cout << textOf(item, "id") << "  " << textOf(item, "state") << "  " << textOf(item, "kind") << "  "
              << textOf(item, "title") << "\n      " << textOf(item, "text") << "\n";
    if (!textOf(item, "answer").empty())
      std::cout << "      answered " << textOf(item, "answer") << " by " << textOf(item, "answered_by") << "\n";
    if (!textOf(item, "cancels_all_at").empty())
      std::cout << "      unanswered, all orders are cancelled at " << textOf(item, "cancels_all_at") << "\n";
  });
  if (!any) std::cout << "No differences with the venue's account.\n";
}

void printAnswer(const Arguments& arguments, const std::string& json) {
  if (arguments.json) {
    std::cout << json << std::endl;
    return;
  }
  simdjson::dom::parser parser;
  element answer;
  if (parser.parse(json).get(answer) != simdjson::SUCCESS) {
    std::cout << json << std::endl;
    return;
  }
  if (!textOf(answer, "text").empty())
    std::cerr << textOf(answer, "text") << "\n";
  else if (arguments.command == "status")
    printStatus(answer);
  else if (arguments.command == "emergency-stop")
    printStop(answer);
  else if (arguments.command == "explain")
    printStory(answer);
  else if (arguments.command == "reconcile" && (arguments.words.empty() || arguments.words[0] == "list"))
    printInbox(answer);
  else
    std::cout << "Done: the session is " << textOf(answer, "state") << "\n";
}

bool answeredOk(const std::string& json) {
  return json.rfind("{\"ok\":true", 0) == 0;
}

// A stop that nobody hears must not be lost: the next start finds the file.
int stopWithoutWorkstation(const Arguments& arguments, const app::Places& places, const std::string& why) {
  std::ofstream file(places.dataDir + "/.kill_switch");
  file << (arguments.reason.empty() ? "command line" : arguments.reason) << "\n";
  file.close();
  const std::string text = why + ". The file .kill_switch was left in " + places.dataDir +
                           ": it stops a running workstation within 1 s and blocks the next start.";
  if (arguments.json) {
    api::JsonWriter json;
    json.beginObject()
        .field("ok", false)
        .field("reason", "nobody")
        .field("kill_switch", bool(file))
        .field("text", text)
        .endObject();
    std::cout << json.text() << std::endl;
  } else {
    std::cerr << text << "\n";
  }
  return kNobody;
}

int sayAnswer(const Arguments& arguments, bool ok, const std::string& reason, const std::string& text, int code) {
  if (arguments.json) {
    api::JsonWriter json;
    json.beginObject().field("ok", ok);
    if (!ok) json.field("reason", reason);
    json.field("text", text).endObject();
    std::cout << json.text() << std::endl;
  } else {
    (ok ? std::cout : std::cerr) << text << "\n";
  }
  return code;
}

// Nobody runs: the stop is ended against the venue's own account file.
int resetWithoutWorkstation(const Arguments& arguments, const app::Places& places) {
  auto settings = settingsFor(arguments, places);
  if (!settings) return sayAnswer(arguments, false, settings.error().userKey, settings.error().detail, kFailed);
  const auto done = app::resetOffline(*settings, places, {arguments.phrase, arguments.cause, arguments.input});
  if (!done) return sayAnswer(arguments, false, done.error().userKey, done.error().detail, kFailed);
  return sayAnswer(arguments, true, "",
                   "The emergency stop is reset. Trading starts only by hand: 'bellwether-cli start' once a "
                   "workstation runs.",
                   kDone);
}

// Phrase and cause from a terminal when they were not given.
bool askForReset(Arguments& arguments) {
  if (!arguments.phrase.empty() && !arguments.cause.empty()) return true;
  if (::isatty(STDIN_FILENO) == 0) return false;
  if (arguments.cause.empty()) {
    std::cout << "What happened (at least 10 characters)? " << std::flush;
    std::getline(std::cin, arguments.cause);
  }
  if (arguments.phrase.empty()) {
    std::cout << "Type RESET <MODE> <stop number>: " << std::flush;
    std::getline(std::cin, arguments.phrase);
  }
  return true;
}

}  // namespace

int runControlVerb(const Arguments& given) {
  Arguments arguments = given;
  auto places = app::findPlaces(arguments.profile, arguments.dataDir);
  if (!places) return sayAnswer(arguments, false, places.error().userKey, places.error().detail, kFailed);
  if (arguments.command == "reset" && !askForReset(arguments)) {
    return sayAnswer(arguments, false, "usage", "reset needs --phrase and --cause when there is no terminal", kUsage);
  }
  api::ControlRequest request{arguments.command, {}};
  for (const auto& [key, value] : {std::pair<const char*, const std::string&>{"reason", arguments.reason},
                                   {"phrase", arguments.phrase},
                                   {"cause", arguments.cause},
                                   {"level", arguments.level},
                                   {"scope", arguments.scope},
                                   {"id", arguments.id}}) {
    if (!value.empty()) request.arguments[key] = value;
  }
  if (arguments.command == "reconcile") {
    static constexpr const char* kKeys[] = {"action", "id", "answer"};
    request.arguments["action"] = "list";
    for (std::size_t i = 0; i < std::min<std::size_t>(arguments.words.size(), 3); ++i)
      request.arguments[kKeys[i]] = arguments.words[i];
  }
  const auto answer = api::askWorkstation(places->socketPath, request, Duration::seconds(8));
  if (!answer) {
    if (arguments.command == "emergency-stop") return stopWithoutWorkstation(arguments, *places, answer.error().detail);
    const bool nobody = answer.error().userKey == "control.nobody";
    if (arguments.command == "reset" && nobody) return resetWithoutWorkstation(arguments, *places);
    return sayAnswer(arguments, false, nobody ? "nobody" : "timeout", answer.error().detail, kNobody);
  }
  printAnswer(arguments, *answer);
  return answeredOk(*answer) ? kDone : kFailed;
}

}  // namespace bw::cli
