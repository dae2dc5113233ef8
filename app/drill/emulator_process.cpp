// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/drill/emulator_process.h"

#include <poll.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>

#include "core/base/rng.h"
#include "core/base/thread.h"
#include "core/emulator/emulator_server.h"
#include "core/journal/disk.h"
#include "core/net/http/http_client.h"

namespace bw::app {
namespace {

constexpr Duration kEmulatorStart = Duration::seconds(20);

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t end = text.find(at); end != std::string::npos; end = text.find(at, from)) {
    parts.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  if (from < text.size()) parts.push_back(text.substr(from));
  return parts;
}

bool inputEnded() {
  pollfd item{STDIN_FILENO, POLLIN, 0};
  if (::poll(&item, 1, 0) <= 0) return false;
  char byte = 0;
  return ::read(STDIN_FILENO, &byte, 1) <= 0;
}

}  // namespace

Result<std::vector<EmulatedVenue>> readEmulatorFile(const std::string& path) {
  const auto text = journal::readFile(path);
  if (!text) return finalError("emulator.file", text.error().detail);
  std::vector<EmulatedVenue> venues;
  for (const std::string& line : split(*text, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() != 6) return finalError("emulator.file", path + ": a line has not 6 fields");
    venues.push_back({fields[0], fields[1], fields[2], Secret(fields[3]), fields[4], Secret(fields[5])});
  }
  return venues;
}

int serveEmulator(const std::string& file, const std::string& only, bool watchInput, bool (*interrupted)()) {
  const SystemClock clock;
  emulator::EmulatorServer server(clock);
  std::string text;
  for (const emulator::VenueShape& shape : emulator::venueShapes()) {
    if (!only.empty() && only != "fake" && only != shape.name) continue;
    const std::string desk = randomToken();
    const std::string guard = randomToken();
    const auto port = server.add(shape, {{"desk", desk}, {"guard", guard}});
    if (!port) {
      std::fprintf(stderr, "%s\n", port.error().detail.c_str());
      return 1;
    }
    text += shape.name + "\thttp://127.0.0.1:" + std::to_string(*port) + "\tdesk\t" + desk + "\tguard\t" + guard + "\n";
  }
  if (text.empty()) {
    std::fprintf(stderr, "there is no fake venue '%s'\n", only.c_str());
    return 2;
  }
  if (auto written = journal::replaceFile(file, text); !written) {
    std::fprintf(stderr, "%s\n", written.error().detail.c_str());
    return 1;
  }
  std::printf("ready\n");
  std::fflush(stdout);
  Thread serving;
  serving.start("emulator", [&server] { server.run(); });
  while (!interrupted() && !(watchInput && inputEnded())) sleepFor(Duration::millis(20));
  server.stop();
  serving.join();
  return 0;
}

Instruments emulatedInstruments(const std::vector<EmulatedVenue>& venues) {
  auto table = std::make_shared<InstrumentTable>();
  for (const EmulatedVenue& venue : venues) {
    const emulator::VenueShape* shape = emulator::shapeOf(venue.name);
    for (const emulator::FakeSymbol& symbol : emulator::fakeSymbols()) {
      Instrument i;
      i.venue = venue.name;
      i.symbol = symbol.symbol;
      i.kind = shape != nullptr && shape->spot ? ContractKind::Spot : ContractKind::Linear;
      i.base = Currency(std::string_view(symbol.symbol).substr(0, symbol.symbol.find('-')));
      i.quote = i.settle = Currency("USD");
      i.tickSize = symbol.tick;
      i.lotSize = symbol.lot;
      i.maxLeverage = Decimal::fromInteger(i.kind == ContractKind::Spot ? 1 : 20);
      table->add(std::move(i));
    }
  }
  return table;
}

std::unique_ptr<wire_fake::WireVenue> connectEmulated(const Clock& clock, const EmulatedVenue& venue,
                                                      const Instruments& instruments, bool guard) {
  wire_fake::WireVenue::Options options;
  options.name = venue.name;
  if (auto endpoint = net::endpointFrom(venue.url)) options.endpoint = *endpoint;
  options.keyId = guard ? venue.guardKey : venue.deskKey;
  options.secret = guard ? venue.guardSecret : venue.deskSecret;
  options.instruments = instruments;
  if (const emulator::VenueShape* shape = emulator::shapeOf(venue.name)) {
    VenueCapabilities& caps = options.capabilities;
    caps.stopOrders = true;
    caps.reduceOnly = shape->reduceOnly;
    caps.cancelAll = shape->cancelAll;
    caps.cancelBatch = shape->cancelBatch;
    caps.stopLocks = shape->stopLocks;
    caps.spot = shape->spot;
    caps.shortSelling = !shape->spot;
    caps.landsWithin = Duration::seconds(10);  // a request is refused once its nonce is that old
  }
  return std::make_unique<wire_fake::WireVenue>(clock, options);
}

Result<EmulatorProcess> EmulatorProcess::start(const std::string& program, const std::string& directory) {
  EmulatorProcess emulator;
  emulator.m_file = directory + "/emulator.tsv";
  auto process =
      Process::start({program, "venue-emulator", "--venue", "fake", "--file", emulator.m_file, "--watch-input"});
  if (!process) return process.error();
  emulator.m_process = std::move(*process);
  if (emulator.m_process.readLine(kEmulatorStart) != std::optional<std::string>("ready"))
    return finalError("emulator.file", program + " venue-emulator did not start");
  auto venues = readEmulatorFile(emulator.m_file);
  if (!venues) return venues.error();
  emulator.m_venues = std::move(*venues);
  return emulator;
}

std::string emulatorAdmin(const EmulatedVenue& venue, const std::string& path, const std::string& body) {
  const auto endpoint = net::endpointFrom(venue.url);
  if (!endpoint) return {};
  net::HttpClient::Options options;
  options.bodyLimit = 64 * 1024 * 1024;
  net::HttpClient client(*endpoint, options);
  return client.exchange({body.empty() ? "GET" : "POST", path, {}, body}, Duration::seconds(20)).body;
}

std::vector<VenueLogLine> venueLog(const EmulatedVenue& venue) {
  std::vector<VenueLogLine> lines;
  for (const std::string& line : split(emulatorAdmin(venue, "/admin/log", ""), '\n')) {
    auto fields = split(line, '\t');
    if (fields.size() < 4) continue;
    fields.resize(5);
    VenueLogLine entry;
    std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), entry.arrived.ns);
    entry.key = fields[1];
    entry.what = fields[2];
    std::from_chars(fields[3].data(), fields[3].data() + fields[3].size(), entry.count);
    entry.id = fields[4];
    lines.push_back(std::move(entry));
  }
  return lines;
}

}  // namespace bw::app
