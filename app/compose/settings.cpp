// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/settings.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/api/control_socket.h"
#include "core/config/instruments_file.h"
#include "core/config/section.h"
#include "core/limits/limit_file.h"

namespace bw::app {
namespace {

namespace fs = std::filesystem;
using config::KeySpec;
using config::ValueKind;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<KeySpec> appSchema() {
  const auto whole = [](const char* key, const char* fallback, std::int64_t low, std::int64_t high, const char* unit) {
    return KeySpec{key, ValueKind::Integer, unit, fallback, Decimal(low, 0), Decimal(high, 0), {}, false};
  };
  return {KeySpec{"start_balance", ValueKind::Number, "", "10000", Decimal(1, 0), Decimal(1'000'000'000, 0), {}, false},
          whole("order_latency_ms", "50", 0, 10'000, "ms"),
          whole("order_latency_jitter_ms", "10", 0, 10'000, "ms"),
          KeySpec{"demo_strategy", ValueKind::Text, "", "ninth-level-demo", {}, {}, {}, false},
          whole("demo_instruments", "3", 1, 50, ""),
          KeySpec{"exchange_rates", ValueKind::Text, "", "none", {}, {}, {}, false},
          whole("reconcile_every_s", "15", 1, 3600, "s"),
          whole("stream_silence_s", "60", 5, 3600, "s"),
          whole("agent_silence_s", "5", 1, 60, "s"),
          KeySpec{"log_level", ValueKind::Choice, "", "info", {}, {}, {"debug", "info", "warning", "error"}, false},
          whole("log_keep_files", "5", 1, 100, "")};
}

// "USD=1 EUR=1.08": account currency per unit, each at most once and above 0.
Result<void> loadRates(Settings& out, const std::string& text, const std::string& place) {
  std::istringstream words(text);
  for (std::string word; text != "none" && words >> word;) {
    const std::size_t equals = word.find('=');
    const auto rate = equals == std::string::npos ? Decimal::parse("") : Decimal::parse(word.substr(equals + 1));
    const bool named = equals != std::string::npos && equals > 0 && equals <= 7;
    if (!rate || rate->sign() <= 0 || !named) {
      return finalError("config.invalid", place + ": exchange_rates: '" + word +
                                              "' is not CURRENCY=RATE with a rate above 0, such as EUR=1.08");
    }
    const Currency currency(word.substr(0, equals));
    for (const auto& [known, value] : out.fixedRates) {
      if (known == currency) return finalError("config.invalid", place + ": exchange_rates names " + word + " twice");
    }
    out.fixedRates.emplace_back(currency, *rate);
  }
  return {};
}

Result<void> loadApp(Settings& out, const std::vector<std::string>& files) {
  auto section = config::loadSection(files, appSchema());
  if (!section) return section.error();
  out.startBalance = section->number("start_balance");
  out.orderLatency = Duration::millis(section->integer("order_latency_ms"));
  out.orderLatencyJitter = Duration::millis(section->integer("order_latency_jitter_ms"));
  out.demoStrategy = section->text("demo_strategy");
  out.demoInstruments = static_cast<int>(section->integer("demo_instruments"));
  if (auto rates = loadRates(out, section->text("exchange_rates"), section->source("exchange_rates").where()); !rates)
    return rates;
  out.reconcileEvery = Duration::seconds(section->integer("reconcile_every_s"));
  out.streamSilence = Duration::seconds(section->integer("stream_silence_s"));
  out.agentSilence = Duration::seconds(section->integer("agent_silence_s"));
  out.logLevel = section->text("log_level");
  out.logKeepFiles = static_cast<int>(section->integer("log_keep_files"));
  return {};
}

Result<void> loadLimits(Settings& out, const std::vector<std::string>& files) {
  std::string findings;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (i > 0 && !fs::exists(files[i])) continue;
    errno = 0;
    std::ifstream in(files[i], std::ios::binary);
    if (!in) return finalError("config.unreadable", files[i] + ": cannot be read (" + std::strerror(errno) + ")");
    std::ostringstream text;
    text << in.rdbuf();
    if (auto read = limits::readLimits(text.str(), files[i], out.limits); !read) {
      if (read.error().userKey == "config.syntax") return read;
      findings += (findings.empty() ? "" : "\n") + read.error().detail;
    }
  }
  if (findings.empty()) {
    if (auto valid = out.limits.validate(); !valid) findings = files.front() + ": " + valid.error().detail;
  }
  if (!findings.empty()) return finalError("config.invalid", findings);
  return {};
}

Result<void> loadSignal(Settings& out, const std::vector<std::string>& files) {
  const auto whole = [](const char* key, const char* fallback, std::int64_t low, std::int64_t high) {
    return KeySpec{key, ValueKind::Integer, "", fallback, Decimal(low, 0), Decimal(high, 0), {}, false};
  };
  agents::SignalSettings& s = out.signal;
  const std::pair<const char*, int*> weights[] = {{"signal.weights.rsi", &s.rsiWeight},
                                                  {"signal.weights.macd", &s.macdWeight},
                                                  {"signal.weights.ema", &s.emaWeight},
                                                  {"signal.weights.bollinger", &s.bollingerWeight},
                                                  {"signal.weights.atr", &s.atrWeight},
                                                  {"signal.weights.stochastic", &s.stochasticWeight},
                                                  {"signal.weights.divergence", &s.divergenceWeight},
                                                  {"signal.weights.alignment", &s.alignmentWeight}};
  std::vector<KeySpec> schema = {
      whole("signal.min_score", "60", 1, 130), whole("signal.warmup_bars", "35", 35, 1000),
      KeySpec{"signal.primary_s", ValueKind::Choice, "s", "1", {}, {}, {"1", "5", "60"}, false}};
  for (const auto& [key, target] : weights) schema.push_back(whole(key, std::to_string(*target).c_str(), 0, 130));
  auto section = config::loadSection(files, schema);
  if (!section) return section.error();
  for (const auto& [key, target] : weights) *target = static_cast<int>(section->integer(key));
  s.minScore = static_cast<double>(section->integer("signal.min_score"));
  s.warmupBars = static_cast<int>(section->integer("signal.warmup_bars"));
  s.primary = Duration::seconds(std::stoi(section->text("signal.primary_s")));
  if (auto valid = agents::validate(s); !valid)
    return finalError("config.invalid", files.front() + ": " + valid.error().detail);
  return {};
}

Result<void> makeDirectory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return finalError("places.unusable", path + ": cannot be made (" + error.message() + ")");
  fs::permissions(path, fs::perms::owner_all, error);
  if (::access(path.c_str(), W_OK) != 0)
    return finalError("places.unusable", path + ": cannot be written (" + std::strerror(errno) + ")");
  return {};
}

std::string programDir() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path().string();
}

}  // namespace

Result<std::string> findConfigDir(const std::string& given) {
  if (!given.empty()) {
    if (fs::exists(given + "/app.yaml")) return given;
    return finalError(
        "config.nowhere",
        given + ": there is no app.yaml in this folder; --config-dir must name the folder of the shipped settings");
  }
  for (const std::string& place : {programDir() + "/config", programDir() + "/../share/bellwether/config"}) {
    if (fs::exists(place + "/app.yaml")) return place;
  }
  return finalError(
      "config.nowhere",
      "the shipped settings (config/*.yaml) are not beside the program: reinstall, or name them with --config-dir");
}

Result<Settings> loadSettings(const std::string& configDir, const std::string& userDir) {
  Settings settings;
  const auto both = [&](const char* name) {
    return std::vector<std::string>{configDir + "/" + name, userDir + "/" + name};
  };
  if (auto done = loadApp(settings, both("app.yaml")); !done) return done.error();
  if (auto done = loadLimits(settings, both("risk.yaml")); !done) return done.error();
  if (auto done = loadSignal(settings, both("agents.yaml")); !done) return done.error();
  auto file = config::readYamlFile(configDir + "/instruments.yaml");
  if (!file) return file.error();
  auto instruments = config::instrumentsFromYaml(*file);
  if (!instruments) return instruments.error();
  settings.instruments = std::move(*instruments);
  for (const char* name : {"app.yaml", "risk.yaml", "agents.yaml", "instruments.yaml"})
    settings.files.push_back(configDir + "/" + name);
  return settings;
}

Result<void> applyLimit(Settings& settings, const std::string& keyValue) {
  const std::size_t equals = keyValue.find('=');
  auto set = settings.limits.set(keyValue.substr(0, equals), keyValue.substr(equals + 1), "--limit");
  if (set) set = settings.limits.validate();
  if (!set) return finalError("usage", "--limit '" + keyValue + "': " + set.error().detail);
  return {};
}

Result<void> applyFee(std::vector<Instrument>& instruments, const std::string& keyValue) {
  const std::size_t equals = keyValue.find('=');
  const KeySpec spec{"fee", ValueKind::Percent, "%", "", Decimal(-1, 0), Decimal(10, 0), {}, false};
  const config::YamlFile file{"--fee", {{"fee", keyValue.substr(equals + 1), false, 1}}};
  auto section = config::readSection({file}, {spec});
  if (!section) {
    return finalError("usage", "--fee '" + keyValue + "': " + keyValue.substr(equals + 1) +
                                   " is not a fee; write a share of the value from -1% to 10%, as in maker=0.02%");
  }
  for (Instrument& i : instruments) (keyValue.rfind("maker", 0) == 0 ? i.makerFee : i.takerFee) = section->ratio("fee");
  return {};
}

Result<Places> findPlaces(const std::string& profile, const std::string& dataDir) {
  const std::string home = environment("HOME").empty() ? "." : environment("HOME");
  const std::string dataHome =
      environment("XDG_DATA_HOME").empty() ? home + "/.local/share" : environment("XDG_DATA_HOME");
  const std::string configHome =
      environment("XDG_CONFIG_HOME").empty() ? home + "/.config" : environment("XDG_CONFIG_HOME");
  Places places;
  places.profile = profile;
  places.dataDirGiven = !dataDir.empty();
  places.dataDir = fs::absolute(dataDir.empty() ? dataHome + "/bellwether/" + profile : dataDir).string();
  places.userConfigDir = configHome + "/bellwether/" + profile;
  places.socketPath =
      api::controlSocketPath(environment("XDG_RUNTIME_DIR"), profile, places.dataDir, places.dataDirGiven);
  for (const std::string& dir : {places.dataDir, places.logDir(), fs::path(places.socketPath).parent_path().string()}) {
    if (auto made = makeDirectory(dir); !made) return made.error();
  }
  return places;
}

Result<Places> temporaryPlaces() {
  std::string pattern = (fs::temp_directory_path() / "bellwether-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return finalError("places.unusable", pattern + ": cannot be made (" + std::strerror(errno) + ")");
  auto places = findPlaces("temporary", pattern);
  if (places) places->temporary = true;
  return places;
}

}  // namespace bw::app
