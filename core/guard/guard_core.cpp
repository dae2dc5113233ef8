// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/guard/guard_core.h"

#include <unistd.h>

#include <algorithm>

#include "core/journal/disk.h"

namespace bw::guard {
namespace {

constexpr Duration kTurn = Duration::millis(25);
constexpr Duration kFileEvery = Duration::millis(250);
/// So long a living workstation has to react to a press that was forwarded.
constexpr Duration kReaction = Duration::seconds(1);

/// The stop's own reports; nobody else is here to hear them. Thread: any.
class NobodyListens final : public VenueListener {
 public:
  void onReport(const OrderReport&) override {}
};

bool isStopped(const std::string& level) {
  return level == "CANCEL_ALL" || level == "FLATTEN" || level == "CUT";
}

}  // namespace

std::string guardFolder(const std::string& dataDirectory) {
  return dataDirectory + "/guard";
}

std::string guardSocketPath(const std::string& dataDirectory) {
  return guardFolder(dataDirectory) + "/guard.sock";
}

std::string_view toString(GuardStatus::Engine engine) {
  switch (engine) {
    case GuardStatus::Engine::Never:
      return "ENGINE NOT SEEN";
    case GuardStatus::Engine::Alive:
      return "ENGINE ALIVE";
    case GuardStatus::Engine::Silent:
      return "ENGINE SILENT";
    case GuardStatus::Engine::Gone:
      return "ENGINE GONE";
    case GuardStatus::Engine::Ended:
      return "ENGINE ENDED";
  }
  return "?";
}

GuardCore::GuardCore(const Clock& clock, Options options, Instruments instruments, std::vector<Venue*> venues,
                     AuthorityMaker authority)
    : m_clock(clock),
      m_options(std::move(options)),
      m_instruments(std::move(instruments)),
      m_venues(std::move(venues)),
      m_authority(std::move(authority)),
      m_folder(guardFolder(m_options.dataDirectory)),
      m_deaf(std::make_unique<NobodyListens>()),
      m_brain(m_options.brain) {
  BW_ASSERT(m_instruments != nullptr && m_authority);
}

GuardCore::~GuardCore() {
  if (m_stop) m_stop->shutdown();
}

Result<void> GuardCore::open() {
  static_cast<void>(realFileSystem().makeDirectories(m_folder));
  auto lock = journal::DataLock::take(m_folder);
  if (!lock) return lock.error();
  m_lock.emplace(std::move(*lock));
  if (auto opened = m_listener.listen(m_options.socketPath); !opened) return opened;
  m_copied = journal::Latch(m_folder).read().value_or(journal::LatchState{}).stopNumber;
  makeExecutor();
  return {};
}

// A latch that is found, ours or a copy, makes it go on at once.
void GuardCore::makeExecutor() {
  if (m_stop) m_stop->shutdown();
  m_stop.reset();
  m_gate = std::make_unique<gate::Gate>(m_clock, m_instruments);
  gate::StopExecutor::Config config;
  config.dataDirectory = m_folder;
  config.mode = m_options.mode;
  config.policy = m_options.policy;
  config.probeEvery = Duration::seconds(2);
  m_stop = std::make_unique<gate::StopExecutor>(
      gate::StopExecutor::Parts{*m_gate, m_journal, m_clock, m_instruments, nullptr, *m_deaf, m_venues, nullptr},
      m_authority(), config, gate::StopExecutor::Outputs{});
  m_stop->start();
}

void GuardCore::run() {
  while (!m_quit) {
    m_listener.wait({&m_channel}, kTurn);
    const MonoTime now = m_clock.mono();
    acceptNew(now);
    hear(now);
    handlePresses(now);
    watchFile(now);
    if (const auto level = m_brain.due(now)) act(*level, "guard", m_brain.why(now));
    if (now >= m_beatAt) sayBeat(now);
    publish(now);
  }
}

void GuardCore::acceptNew(MonoTime) {
  auto channel = m_listener.accept();
  if (!channel) return;
  // The newest workstation counts: an older one that still held the line has lost its lock.
  m_channel = std::move(*channel);
  m_greeted = false;
  GuardMessage hello;
  hello.kind = GuardMessage::Kind::Hello;
  hello.pid = ::getpid();
  static_cast<void>(m_channel.send(encode(hello)));
}

void GuardCore::hear(MonoTime now) {
  if (!m_channel.open()) return;
  while (const auto bytes = m_channel.receive()) {
    if (const auto message = decode(*bytes)) take(*message, now);
  }
  if (!m_channel.open() && m_greeted) m_brain.gone(now);
}

void GuardCore::take(const GuardMessage& message, MonoTime now) {
  switch (message.kind) {
    case GuardMessage::Kind::Hello:
      if (message.protocol != kProtocol || message.version != kVersion) {
        m_problem = "the workstation is version " + message.version + ", this guard " + std::string(kVersion);
        m_channel.close();
        return;
      }
      m_problem.clear();
      m_greeted = true;
      m_brain.heard(now);
      return;
    case GuardMessage::Kind::Beat:
      if (!m_greeted) return;
      m_brain.heard(now);
      follow(message);
      return;
    case GuardMessage::Kind::Bye:
      m_brain.farewell();
      m_engineState = "SHUTDOWN";
      return;
    case GuardMessage::Kind::Show:
      m_shows += 1;
      return;
    case GuardMessage::Kind::Press:
      return;
  }
}

// The copies: latch and journal head.
void GuardCore::follow(const GuardMessage& beat) {
  m_engineState = beat.state;
  m_engineLevel = beat.level;
  m_stopNumber = std::max(m_stopNumber, beat.stopNumber);
  // A stop that the workstation has begun is gone on with under its number, so that its closes keep their ids.
  m_stop->noteStopNumber(isStopped(beat.level) && beat.stopNumber > 0 ? beat.stopNumber - 1 : m_stopNumber);
  if (isStopped(beat.level) && m_copied < beat.stopNumber) {
    journal::Latch latch(m_folder);
    const auto written = latch.write({beat.stopNumber, "workstation", beat.state, m_options.mode, m_clock.now(), true});
    if (written) m_copied = beat.stopNumber;
  }
  const StopProgress own = m_stop->progress();
  const std::uint64_t ours =
      std::max(m_copied, own.state == StopState::Ready || own.state == StopState::Offline ? 0 : own.stopNumber);
  if (ours > 0 && beat.cleared >= ours && !isStopped(beat.level)) {
    // A person has reset that stop at the workstation: the copy goes with it.
    if (journal::Latch(m_folder).reset().ok()) {
      m_copied = 0;
      m_actedChannel.clear();
      m_actedReason.clear();
      makeExecutor();
    }
  }
  if (beat.journalSequence > m_headAt && !beat.journalHead.empty()) {
    m_headAt = beat.journalSequence;
    static_cast<void>(journal::replaceFile(m_folder + "/journal_head", beat.journalHead + "\n"));
  }
}

void GuardCore::press(const std::string& channel, const std::string& reason) {
  const Lock lock(m_mutex);
  m_presses.push_back({channel, reason, m_clock.mono(), false});
}

void GuardCore::handlePresses(MonoTime now) {
  std::vector<Pressed> presses;
  {
    const Lock lock(m_mutex);
    presses.swap(m_presses);
  }
  std::vector<Pressed> waiting;
  for (Pressed& press : presses) {
    if (isStopped(m_engineLevel) && m_brain.alive(now) && press.forwarded) continue;  // it has reacted
    const bool alive = m_brain.alive(now) && m_channel.open() && m_greeted;
    if (alive && !press.forwarded) {
      GuardMessage message;
      message.kind = GuardMessage::Kind::Press;
      message.channel = press.channel;
      message.reason = press.reason;
      press.forwarded = m_channel.send(encode(message));
    }
    if (press.forwarded && alive && now - press.at < kReaction) {
      waiting.push_back(std::move(press));
      continue;
    }
    act(StopLevel::Flatten, press.channel, press.reason);
  }
  const Lock lock(m_mutex);
  m_presses.insert(m_presses.begin(), waiting.begin(), waiting.end());
}

void GuardCore::watchFile(MonoTime now) {
  if (now < m_fileAt) return;
  m_fileAt = now + kFileEvery;
  const auto text = journal::readFile(m_options.dataDirectory + "/.kill_switch");
  const bool there = text.ok() || text.error().userKey != "disk.absent";
  if (there && !m_fileSeen) press("file .kill_switch", text ? text->substr(0, text->find('\n')) : "it cannot be read");
  m_fileSeen = there;
}

void GuardCore::act(StopLevel level, const std::string& channel, const std::string& reason) {
  m_actedChannel = channel;
  m_actedReason = reason;
  m_stop->raise(level, {}, channel, reason);
}

void GuardCore::sayBeat(MonoTime now) {
  m_beatAt = now + m_options.beatEvery;
  if (!m_channel.open()) return;
  const StopProgress own = m_stop->progress();
  GuardMessage beat;
  beat.number = ++m_beats;
  beat.state = toString(own.state);
  beat.level = gate::toString(m_gate->level());
  beat.stopNumber = own.stopNumber;
  beat.channel = m_actedChannel;
  beat.reason = m_actedReason;
  static_cast<void>(m_channel.send(encode(beat)));
}

void GuardCore::publish(MonoTime now) {
  GuardStatus status;
  status.silence = m_brain.silence(now);
  status.stop = m_stop->progress();
  status.engineState = m_engineState;
  status.problem = m_problem;
  status.shows = m_shows;
  if (m_brain.alive(now))
    status.engine = GuardStatus::Engine::Alive;
  else if (!m_brain.watching())
    status.engine = m_engineState.empty() ? GuardStatus::Engine::Never : GuardStatus::Engine::Ended;
  else
    status.engine = m_channel.open() && status.silence < m_options.brain.closeAfter ? GuardStatus::Engine::Silent
                                                                                    : GuardStatus::Engine::Gone;
  const Lock lock(m_mutex);
  m_status = std::move(status);
}

GuardStatus GuardCore::status() const {
  const Lock lock(m_mutex);
  return m_status;
}

}  // namespace bw::guard
