// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/replay_command.h"

#include <cstdlib>
#include <iostream>

#include "app/cli/interrupt.h"
#include "app/cli/result_json.h"
#include "app/cli/settings_for.h"
#include "app/compose/replay_session.h"

namespace bw::cli {
namespace {

using api::JsonWriter;

std::string priceText(const Instrument& instrument, const Level& level) {
  return instrument.price(level.price).decimal().toFixed(instrument.priceDecimals());
}

void writeLevel(JsonWriter& json, const std::string& key, const Level* level, const Instrument* instrument) {
  if (level == nullptr || level->size.value == 0) {
    json.key(key).null().key(key + "_size").null();
    return;
  }
  json.field(key, priceText(*instrument, *level))
      .fieldExact(key + "_size", instrument->quantity(level->size).decimal());
}

// Of the first instrument; null where there is no such level.
void writeBest(JsonWriter& json, const app::ReplayResult& result, const InstrumentTable& instruments) {
  const DataAgentStats::Best* best = result.data.best.empty() ? nullptr : &result.data.best.front();
  const Instrument* instrument = best == nullptr ? nullptr : &instruments.get(best->instrument);
  writeLevel(json, "final_best_bid", best == nullptr ? nullptr : &best->bid, instrument);
  writeLevel(json, "final_best_ask", best == nullptr ? nullptr : &best->ask, instrument);
}

void writeFeed(JsonWriter& json, const app::ReplayResult& result) {
  const FeedStats& feed = result.data.feed;
  json.field("events", feed.events)
      .field("trades", feed.trades)
      .field("book_updates", feed.bookUpdates)
      .field("bbo_updates", feed.bboUpdates);
  json.field("other", feed.other).field("stale_updates", result.data.staleUpdates).field("gaps", result.data.gaps);
  json.field("bad_lines", feed.badLines)
      .field("first_bad_line", feed.firstBadLine)
      .field("first_bad_text", feed.firstBadText);
  json.field("truncated", feed.truncated)
      .field("checksums", result.data.checksums)
      .field("checksums_ok", result.data.checksumsOk);
}

std::string resultJson(const Arguments& arguments, app::Engine& engine, const app::ReplayResult& result) {
  JsonWriter json;
  json.beginObject().field("input", arguments.input).field("format", engine.market().recording->format);
  json.key("symbols").beginArray();
  for (const std::string& symbol : engine.market().recording->symbols) json.value(symbol);
  json.endArray().field("derived", engine.market().recording->derived);
  writeFeed(json, result);
  writeBest(json, result, *engine.instruments());
  json.field("final_book_hash", result.data.finalBookHash);
  json.field("orders", result.counters.orders)
      .field("fills", result.counters.fills)
      .field("refused", result.counters.refused);
  json.field("rejected", result.counters.rejected).field("cancelled", result.counters.cancelled);
  json.key("refusal_reasons").beginArray();
  for (const std::string& reason : result.refusals) json.value(reason);
  json.endArray();
  if (!engine.market().noOrders.empty()) json.field("no_orders", engine.market().noOrders);
  writeAccount(json, result.account, result.positions, *engine.instruments(), engine.settings().startBalance);
  writeLatencies(json, result.audit);
  json.field("state", toString(result.state))
      .field("invariant_cycles", result.audit.cycles)
      .field("violations", result.audit.violations);
  json.field("stop_number", result.stop.stopNumber)
      .field("trace_hash", result.traceHash)
      .field("messages", result.messages);
  json.field("seed", arguments.seed).key("elapsed_s").statistic(result.elapsedS, 4);
  json.key("events_per_s")
      .statistic(result.elapsedS > 0 ? static_cast<double>(result.data.feed.events) / result.elapsedS : 0, 0)
      .endObject();
  return json.text();
}

void printReport(app::Engine& engine, const app::ReplayResult& result) {
  const FeedStats& feed = result.data.feed;
  std::cout << engine.market().recording->format << ": " << feed.events << " events (" << feed.bookUpdates << " book, "
            << feed.bboUpdates << " quotes, " << feed.trades << " trades, " << feed.other << " other), "
            << result.data.gaps << " gaps, " << feed.badLines << " bad lines\n";
  if (feed.badLines > 0) std::cout << "  first bad line " << feed.firstBadLine << ": " << feed.firstBadText << "\n";
  if (engine.market().recording->derived) std::cout << "  tick and lot sizes are derived from the data\n";
  for (const DataAgentStats::Best& best : result.data.best) {
    if (best.bid.size.value == 0 && best.ask.size.value == 0) continue;
    const Instrument& instrument = engine.instruments()->get(best.instrument);
    std::cout << "  " << best.symbol << "  " << priceText(instrument, best.bid) << " × "
              << instrument.quantity(best.bid.size).toString() << " / " << priceText(instrument, best.ask) << " × "
              << instrument.quantity(best.ask.size).toString() << "\n";
  }
  if (!engine.market().noOrders.empty()) std::cout << "  no orders: " << engine.market().noOrders << "\n";
  std::cout << result.counters.orders << " orders, " << result.counters.fills << " fills, " << result.counters.cancelled
            << " cancelled, " << result.counters.refused << " refused by risk, " << result.counters.rejected
            << " rejected by the venue\n";
  if (result.account) {
    std::cout << "Equity " << result.account->equity.toString() << " " << result.account->equity.currency().code()
              << " = start " << engine.settings().startBalance.toString() << " + realised "
              << result.account->realised.toString() << " + unrealised " << result.account->unrealised.toString()
              << " - fees " << result.account->fees.toString() << " + funding " << result.account->funding.toString()
              << "\n";
  }
  std::cout << "Session " << toString(result.state) << ", " << result.audit.cycles << " invariant cycles, "
            << result.audit.violations << " violations, " << result.elapsedS << " s\n";
}

int exitCodeOf(const Error& error) {
  if (error.userKey == "usage") return kUsage;
  return error.userKey.rfind("recording.", 0) == 0 ? kUnreadable : kFailed;
}

int refuse(const Arguments& arguments, const Error& error, int code) {
  if (arguments.json) {
    JsonWriter json;
    json.beginObject().field("ok", false).field("reason", error.userKey).field("text", error.detail).endObject();
    std::cout << json.text() << std::endl;
  }
  std::cerr << error.detail << "\n";
  return code;
}

}  // namespace

Result<app::Settings> settingsFor(const Arguments& arguments, const app::Places& places) {
  auto dir = app::findConfigDir(arguments.configDir);
  if (!dir) return dir.error();
  auto settings = app::loadSettings(*dir, places.userConfigDir);
  if (!settings) return settings;
  for (const std::string& limit : arguments.limits) {
    if (auto set = app::applyLimit(*settings, limit); !set) return set.error();
  }
  if (!arguments.balance.empty()) {
    auto balance = Decimal::parse(arguments.balance);
    if (!balance || balance->sign() <= 0)
      return finalError("usage", "--balance '" + arguments.balance + "' is not an amount above 0");
    settings->startBalance = *balance;
  }
  return settings;
}

int runReplay(const Arguments& arguments) {
  auto places =
      arguments.dataDir.empty() ? app::temporaryPlaces() : app::findPlaces(arguments.profile, arguments.dataDir);
  if (!places) return refuse(arguments, places.error(), kFailed);
  auto settings = settingsFor(arguments, *places);
  if (!settings) return refuse(arguments, settings.error(), settings.error().userKey == "usage" ? kUsage : kFailed);
  app::EngineOptions options;
  options.mode = "replay";
  options.input = arguments.input;
  options.seed = arguments.seed;
  options.fees = arguments.fees;
  options.strategies = arguments.strategies;
  options.parameters = arguments.parameters;
  options.startTrading = !arguments.noTrading;
  auto session = app::ReplaySession::make(options, std::move(*settings), *places);
  if (!session) return refuse(arguments, session.error(), exitCodeOf(session.error()));
  if (const std::string& wrong = (*session)->engine().problems().strategy; !wrong.empty())
    return refuse(arguments, finalError("usage", wrong), kUsage);
  app::ReplaySession::Limits limits;
  limits.marketDurationS = arguments.marketDurationS;
  limits.speed = arguments.speed == "max" ? 0 : std::strtod(arguments.speed.c_str(), nullptr);
  limits.interrupted = &interruptFlag();
  const app::ReplayResult result = (*session)->run(limits);
  app::Engine& engine = (*session)->engine();
  if (arguments.json)
    std::cout << resultJson(arguments, engine, result) << std::endl;
  else
    printReport(engine, result);
  if (interruptFlag()) return kInterrupted;
  if (result.data.feed.events == 0) return kUnreadable;
  return result.stop.stopNumber > 0 ? kEndedByStop : kDone;
}

}  // namespace bw::cli
