// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/agents/signal/signal_settings.h"
#include "core/base/decimal.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/instrument.h"
#include "core/risk/risk_limits.h"

namespace bw::app {

/// Everything that comes from config/*.yaml and its overlays, validated. A value; made once at start.
struct Settings {
  risk::RiskLimits limits;
  std::vector<Instrument> instruments;  ///< known ones, for recordings
  Decimal startBalance{10'000, 0};
  Duration orderLatency = Duration::millis(50);
  Duration orderLatencyJitter = Duration::millis(10);
  std::string demoStrategy = "ninth-level-demo";
  int demoInstruments = 3;
  std::vector<std::pair<Currency, Decimal>> fixedRates;  ///< account currency per unit
  Duration reconcileEvery = Duration::seconds(15);
  Duration streamSilence = Duration::seconds(60);  ///< with orders or positions: emergency stop
  Duration agentSilence = Duration::seconds(5);    ///< an invariant of the audit
  std::string logLevel = "info";
  int logKeepFiles = 5;
  agents::SignalSettings signal;
  std::vector<std::string> files;  ///< what was read
};

/// Where the shipped settings are: `given`, else beside the program, else in share/bellwether of the installation.
/// Error "config.nowhere".
Result<std::string> findConfigDir(const std::string& given);

/// Reads app.yaml, risk.yaml, instruments.yaml and agents.yaml of `configDir`, overlaid by the files of the same name
/// in `userDir`. Errors name file, line, key and remedy.
Result<Settings> loadSettings(const std::string& configDir, const std::string& userDir);

/// Changes on the command line: "KEY=VALUE" limits and "maker=…"/"taker=…" fees, the latter for every instrument.
Result<void> applyLimit(Settings& settings, const std::string& keyValue);
Result<void> applyFee(std::vector<Instrument>& instruments, const std::string& keyValue);

/// Places of a profile (SPEC 14).
struct Places {
  std::string dataDir;
  bool dataDirGiven = false;
  bool temporary = false;  ///< private to this run; removed at the end
  std::string userConfigDir;
  std::string socketPath;
  std::string profile;
  std::string journalDir(const std::string& mode) const { return dataDir + "/journal/" + mode; }
  std::string logDir() const { return dataDir + "/logs"; }
};

/// Finds and makes the directories, mode 0700. Error "places.unusable" names the directory and why.
Result<Places> findPlaces(const std::string& profile, const std::string& dataDir);
/// A private temporary data directory for replay, backtests and benchmarks.
Result<Places> temporaryPlaces();

}  // namespace bw::app
