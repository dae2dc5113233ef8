// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"

namespace bw {

/// How a limit's value is written.
enum class LimitForm : std::uint8_t {
  Number,    ///< decimal in the field's unit; a suffix that agrees is accepted ("0.5%", "50bps", "250ms")
  Count,     ///< whole number
  Word,      ///< one of `words`
  Switch,    ///< on | off
  Table,     ///< "0.5:1, 1:0.5, 2:0.25, above:0.1"
  HourZone,  ///< "00:00 UTC", "17:00 America/New_York"
};

/// Which way a change goes. Neutral keys, and switching a limit off, count as looser.
enum class LimitDirection : std::uint8_t { Same, Tighter, Looser };

/// One limit: what its form field needs, and what is in force. All values as they would stand in config/risk.yaml.
struct LimitField {
  std::string key;    ///< "MAX_EXPOSURE"; never re-used for another meaning
  std::string scope;  ///< group of the form: "Account", "Orders", "Circuit breakers" …
  LimitForm form = LimitForm::Number;
  std::string unit;     ///< "% equity", "×", "bps", "ms" …
  std::string lowest;   ///< decimal text; empty: form without a range
  std::string highest;  ///< the same
  std::string initial;  ///< default of the schema
  std::string tighter;  ///< "lower", "higher", "off" or "neutral"
  std::string help;
  std::vector<std::string> words;  ///< Word: alternatives, loosest first
  bool canBeOff = false;
  bool liveRequired = false;  ///< live trading reads zero unless a file states it
  std::string value;          ///< in force
  std::string source;         ///< "default", "FILE:LINE", "change 12", "--limit"
};

/// A wish: this key, that text.
struct LimitEdit {
  std::string key;
  std::string value;
  friend bool operator==(const LimitEdit&, const LimitEdit&) = default;
};

/// One row of the diff of UX §5.
struct LimitDiffRow {
  std::string key;
  std::string unit;
  std::string before;
  std::string after;  ///< canonical; the wish as typed if `error` is set
  LimitDirection direction = LimitDirection::Same;
  std::string changePercent;  ///< "+50", "-33.33"; empty where no number
  std::string effect;         ///< what it would do now, in words: "would make the account reduce-only"; may be empty
  bool actsNow = false;       ///< it trips a breaker or pauses something at once: Enter alone must not apply it
  std::string error;          ///< why this value is not allowed; empty: it is
};

/// What a set of edits amounts to. Changes nothing.
struct LimitProposal {
  std::vector<LimitDiffRow> rows;  ///< one per edit that changes something or is wrong, in the order of the schema
  std::string error;               ///< between fields, e.g. daily drawdown above weekly; empty: none
  bool tightens = false;
  bool loosens = false;
  /// For the loosening part: key whose new value has to be typed (the largest change); empty in sim, replay, paper.
  std::string typedKey;
  Duration coolDown;                    ///< before a loosening takes effect; zero outside live
  std::vector<std::string> refusals;    ///< why a loosening is refused now: breaker open, breach active, stop latched
  bool locksGates = false;              ///< live: the go-live gates lock again
  std::vector<std::string> arithmetic;  ///< what follows from the values: break-even ROI, adjusted risk …
  bool valid() const {
    if (!error.empty()) return false;
    for (const LimitDiffRow& row : rows) {
      if (!row.error.empty()) return false;
    }
    return true;
  }
};

/// Who asks for a change, and what a loosening needs besides.
struct LimitReview {
  std::string who;      ///< person or agent
  std::string channel;  ///< "window", "cli", "rest", "llm", "optimizer", "undo"
  std::string reason;   ///< at least 10 characters for a loosening
  std::string typed;    ///< the new value of LimitProposal::typedKey
};

/// What became of a set of edits.
struct LimitOutcome {
  std::vector<std::string> applied;  ///< keys in force now
  std::vector<std::string> waiting;  ///< keys that wait for the cool-down
  std::uint64_t version = 0;         ///< of the configuration, after what was applied
  std::uint64_t pending = 0;         ///< number of the waiting change, for abort(); 0: none
  Timestamp due;                     ///< when it takes effect
};

/// One row of the audit trail.
struct LimitChange {
  std::uint64_t version = 0;  ///< of the configuration after it; the same for all keys changed together
  Timestamp time;
  std::string who;
  std::string channel;
  std::string key;
  std::string before;
  std::string after;
  LimitDirection direction = LimitDirection::Same;
  std::string reason;
  std::string preview;     ///< what the what-if said
  std::string outcome;     ///< "applied", "waiting", "aborted", "refused"
  std::string configHash;  ///< SHA-256 of the whole configuration after it, in hexadecimal
};

/// "What would this have blocked": recorded decisions judged by the values they were recorded with.
struct LimitWhatIf {
  int days = 0;
  std::uint64_t intents = 0;   ///< recorded in that time that could add risk
  std::uint64_t approved = 0;  ///< of them, then
  std::uint64_t blocked = 0;   ///< of those approved, by the new limits
  std::uint64_t freed = 0;     ///< refused then for the changed limits only, and allowed by the new ones
  std::uint64_t unjudged = 0;  ///< approved ones that lack a value for a changed limit
  std::uint64_t breakers = 0;  ///< times a drawdown or loss limit would have opened
  struct PerKey {
    std::string key;
    std::uint64_t blocked = 0;
  };
  std::vector<PerKey> keys;
  struct Sample {
    Timestamp time;
    std::string symbol;
    std::string strategy;
    std::string key;
    std::string after;  ///< the value it would have reached
    std::string limit;  ///< against this
  };
  std::vector<Sample> samples;  ///< the newest, at most 50
  std::string text;             ///< "17 of 912 orders would have been rejected, 2 breakers would have opened"
};

/// control/limits: the whole configuration that is to be in force from now on, as keys and texts. Keep-all.
/// Sent by the limit desk alone; RiskStatus::limitsVersion is the risk agent's acknowledgement.
struct LimitCommand {
  std::uint64_t version = 0;
  std::string hash;  ///< SHA-256 in hexadecimal
  std::string who;
  std::string reason;
  std::vector<LimitEdit> values;  ///< every key
  bool tightens = false;          ///< approvals given before are void
};

}  // namespace bw
