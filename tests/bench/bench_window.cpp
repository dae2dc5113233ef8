// SPDX-License-Identifier: GPL-3.0-or-later
// The main window under load: a thread publishes books, quotes and trades of ten symbols on a real bus, the window
// pulls, ticks every visible panel and paints; the time of whole frames is measured. Then the window program itself:
// from its start to its first painted frame and out again, and its largest resident memory.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "core/base/thread.h"
#include "core/bus/message_bus.h"
#include "tests/bench/bench_report.h"
#include "ui/bridge/bus_bridge.h"
#include "ui/bridge/test_data.h"
#include "ui/shell/main_window.h"

namespace {

using namespace bw;

constexpr std::size_t kSymbols = 10;
constexpr int kPerSecond = 20'000;
constexpr int kFrames = 400;
constexpr int kFrameMs = 16;

Instruments tenSymbols() {
  auto table = std::make_shared<InstrumentTable>();
  for (std::size_t i = 0; i < kSymbols; ++i) {
    Instrument instrument;
    instrument.venue = "simulated";
    instrument.symbol = "S" + std::to_string(i) + "-PERP";
    instrument.base = Currency("BTC");
    instrument.quote = instrument.settle = Currency("USDT");
    instrument.tickSize = Decimal(1, 1);
    instrument.lotSize = Decimal(1, 3);
    table->add(instrument);
  }
  return table;
}

/// Ten random walks with 50 levels a side, a public trade in three updates, quotes and candles as an exchange sends.
class LoadGenerator {
 public:
  LoadGenerator(MessageBus& bus, const Clock& clock) : m_clock(clock), m_voice(bus.makePublisher("load")) {
    m_mid.assign(kSymbols, 600'000);
  }
  ~LoadGenerator() { stop(); }
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  void start() {
    m_thread.start("bw-load", [this] { run(); });
  }
  void stop() {
    m_stop = true;
    m_thread.join();
  }
  std::uint64_t sent() const { return m_sent; }

 private:
  void run() {
    const MonoTime begin = m_clock.mono();
    while (!m_stop) {
      const auto due = static_cast<std::uint64_t>((m_clock.mono() - begin).ns / 1'000 * kPerSecond / 1'000'000);
      while (m_sent < due) update(m_sent++);
      sleepFor(Duration::micros(500));
    }
  }
  void say(Topic topic, Payload payload, std::size_t symbol) {
    PublishOptions options;
    options.key = symbol;
    m_voice->publish(topic, std::move(payload), options);
  }
  void update(std::uint64_t number) {
    const std::size_t symbol = number % kSymbols;
    const InstrumentId id{static_cast<std::uint32_t>(symbol)};
    const Timestamp now = m_clock.now();
    m_mid[symbol] += m_rng.between(-1, 1);
    const Ticks bid{m_mid[symbol]};
    switch (number / kSymbols % 3) {
      case 0: {
        auto depth = std::make_shared<BookDepth>();
        depth->instrument = id;
        depth->receivedTime = depth->venueTime = now;
        depth->revision = number + 1;
        depth->stale = StaleReason::None;
        depth->bidCount = depth->askCount = BookDepth::kLevels;
        for (std::size_t i = 0; i < BookDepth::kLevels; ++i) {
          const auto step = static_cast<std::int64_t>(i);
          depth->bids[i] = {{bid.value - step}, {m_rng.between(1, 9'000)}};
          depth->asks[i] = {{bid.value + 1 + step}, {m_rng.between(1, 9'000)}};
        }
        return say(Topic::MarketBook, BookUpdate{std::move(depth)}, symbol);
      }
      case 1: {
        const BboUpdate bbo{id, now, now, number + 1, {bid, {m_rng.between(1, 9'000)}}, {{bid.value + 1}, {100}}};
        return say(Topic::MarketBbo, bbo, symbol);
      }
      default: {
        const TradePrint trade{
            id, now, now, number + 1, bid, {m_rng.between(1, 900)}, number % 2 == 0 ? Side::Buy : Side::Sell};
        say(Topic::MarketTrade, trade, symbol);
        Candle candle;
        candle.instrument = id;
        candle.interval = Duration::seconds(1);
        candle.openTime = {now.ns / 1'000'000'000 * 1'000'000'000};
        candle.open = candle.high = candle.low = candle.close = bid;
        candle.trades = 1;
        return say(Topic::MarketCandle, candle, symbol);
      }
    }
  }

  const Clock& m_clock;
  std::unique_ptr<Publisher> m_voice;
  Rng m_rng{7};
  std::vector<std::int64_t> m_mid;
  std::atomic<std::uint64_t> m_sent{0};
  std::atomic<bool> m_stop{false};
  Thread m_thread;
};

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(static_cast<double>(values.size() - 1) * share)];
}

/// Whole frames: what one beat does, and the painting that follows from it.
bool benchFrames(const char* workspace) {
  const SystemClock clock;
  const QTemporaryDir folder;
  MessageBus bus(clock, 1);
  ui::BusBridge bridge(bus, tenSymbols(), ui::SessionInfo{"SIM", "simulated", "default", "load", "0", false}, {}, 1);
  ui::RecordedStop stop;
  ui::MainWindow::Options options;
  options.settingsFile = folder.filePath(QStringLiteral("window.ini"));
  options.workspace = QString::fromLatin1(workspace);
  options.tray = false;
  ui::MainWindow window(bridge, bridge, stop, clock, options);
  window.show();
  QApplication::processEvents();
  LoadGenerator load(bus, clock);
  load.start();
  std::vector<double> wall;
  std::vector<double> cpu;
  QElapsedTimer pace;
  pace.start();
  for (int frame = 0; frame < kFrames; ++frame) {
    const MonoTime begin = clock.mono();
    const double cpuBegin = bench::threadCpuNs();
    window.beatOnce();
    QApplication::processEvents();
    if (frame >= 20) {  // docks appear and fonts are loaded in the first ones
      wall.push_back(static_cast<double>((clock.mono() - begin).ns) / 1e6);
      cpu.push_back((bench::threadCpuNs() - cpuBegin) / 1e6);
    }
    const qint64 ahead = qint64{frame + 1} * kFrameMs - pace.elapsed();
    if (ahead > 0) sleepFor(Duration::millis(ahead));
  }
  const double seconds = static_cast<double>(pace.elapsed()) / 1e3;
  load.stop();
  const bool shown = bridge.market(InstrumentId{0}).book != nullptr && bridge.market(InstrumentId{9}).tradesSeen > 0;
  std::printf(
      "{\"name\":\"frame_p95_%s\",\"value\":%.2f,\"unit\":\"ms cpu\",\"baseline\":\"target 8 ms\",\"ratio\":%.2f,"
      "\"wall\":%.2f,\"p50\":%.2f,\"frames\":%zu,\"updates_per_s\":%.0f}\n",
      workspace, percentile(cpu, 0.95), 8 / percentile(cpu, 0.95), percentile(wall, 0.95), percentile(cpu, 0.5),
      cpu.size(), static_cast<double>(load.sent()) / seconds);
  return shown;
}

struct Launch {
  double frameMs = std::numeric_limits<double>::max();
  double wallMs = std::numeric_limits<double>::max();
  double cpuMs = std::numeric_limits<double>::max();
  double mb = 0;
};

/// Runs the window program until its first frame is painted, which it says, and it has ended; keeps the least times,
/// the most memory.
bool launch(const QString& folder, Launch& kept) {
  const SystemClock clock;
  const QByteArray data = folder.toUtf8();
  std::array<int, 2> said{};
  if (::pipe(said.data()) != 0) return false;
  const MonoTime begin = clock.mono();
  const pid_t child = ::fork();
  if (child < 0) return false;
  if (child == 0) {
    ::dup2(said[1], STDOUT_FILENO);
    ::execl(BW_WINDOW_PROGRAM, BW_WINDOW_PROGRAM, "--mode", "sim", "--workspace", "Monitor", "--data-dir",
            data.constData(), "--announce", "--quit", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(said[1]);
  char first = 0;
  const bool heard = ::read(said[0], &first, 1) == 1;
  const MonoTime painted = clock.mono();
  ::close(said[0]);
  int status = 0;
  rusage usage{};
  if (::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return false;
  if (!heard) return false;
  kept.frameMs = std::min(kept.frameMs, static_cast<double>((painted - begin).ns) / 1e6);
  const auto millis = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  kept.wallMs = std::min(kept.wallMs, static_cast<double>((clock.mono() - begin).ns) / 1e6);
  kept.cpuMs = std::min(kept.cpuMs, millis(usage.ru_utime) + millis(usage.ru_stime));
  kept.mb = std::max(kept.mb, static_cast<double>(usage.ru_maxrss) / 1024);
  return true;
}

bool benchStart() {
  Launch kept;
  for (int round = 0; round < 7; ++round) {
    const QTemporaryDir folder;
    if (!launch(folder.path(), kept)) {
      std::fprintf(stderr, "%s does not start\n", BW_WINDOW_PROGRAM);
      return false;
    }
  }
  bench::report("window_start_to_first_frame", kept.frameMs, "ms", "guide 150 ms", 150 / kept.frameMs);
  std::printf(
      "{\"name\":\"window_start_and_out\",\"value\":%.0f,\"unit\":\"ms\",\"baseline\":\"\",\"ratio\":0,\"cpu\":%.0f}\n",
      kept.wallMs, kept.cpuMs);
  bench::report("window_largest_rss", kept.mb, "MB", "guide 80 MB", 80 / kept.mb);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  const bool started = benchStart();
  const QApplication application(argc, argv);
  QApplication::setStyle(QStringLiteral("Fusion"));
  ui::MainWindow::applyTheme(ui::ThemeKind::Dark);
  const bool framed = benchFrames("Monitor") && benchFrames("Trade");
  return started && framed ? 0 : 1;
}
