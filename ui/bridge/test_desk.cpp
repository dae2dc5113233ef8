// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/test_desk.h"

#include <algorithm>
#include <optional>

#include "core/base/decimal.h"

namespace bw::ui {

namespace {

struct FieldSeed {
  const char* key;
  const char* scope;
  LimitForm form;
  const char* unit;
  const char* lowest;
  const char* highest;
  const char* value;
  const char* tighter;
  bool canBeOff;
  bool liveRequired;
  const char* words;  ///< by '|'
  const char* help;
};

// clang-format off
constexpr FieldSeed kFieldSeeds[] = {
    {"MAX_POSITION_PERCENT", "Account", LimitForm::Number, "% equity", "0.1", "100", "60", "lower", false, true, "", "Largest initial margin of one position, or its value on spot, as a share of equity."},
    {"MAX_EXPOSURE", "Account", LimitForm::Number, "% equity", "0", "1000", "500", "lower", false, true, "", "Largest sum of absolute notional over all venues, as a share of equity."},
    {"MAX_SECTOR_EXPOSURE", "Account", LimitForm::Number, "% equity", "0", "100", "off", "lower", true, false, "", "Largest notional in one sector."},
    {"MAX_LEVERAGE", "Account", LimitForm::Number, "×", "1", "200", "20", "lower", false, true, "", "Largest leverage of a position, before the volatility table and the venue's own maximum."},
    {"LEVERAGE_BY_VOLATILITY", "Account", LimitForm::Table, "% ATR(14, 1 h) of price : factor", "", "", "0.5:1, 1:0.5, 2:0.25, above:0.1", "neutral", false, false, "", "Factor on MAX_LEVERAGE for volatility under each bound; unknown volatility takes the last."},
    {"MIN_FREE_BALANCE", "Account", LimitForm::Number, "quote", "0", "1000000000", "900", "higher", false, false, "", "What must stay available after margin and fees of everything pending."},
    {"MAX_DAILY_DRAWDOWN", "Circuit breakers", LimitForm::Number, "% of the risk day's highest equity", "0.1", "50", "3", "lower", false, true, "", "Reached: emergency stop."},
    {"MAX_WEEKLY_DRAWDOWN", "Circuit breakers", LimitForm::Number, "% of the week's highest equity", "0.1", "50", "10", "lower", false, true, "", "Reached: emergency stop."},
    {"RISK_DAY_START", "Circuit breakers", LimitForm::HourZone, "hour and zone", "", "", "00:00 UTC", "neutral", false, false, "", "When the risk day begins, in a named zone; the running day is never shortened by a change."},
    {"COOLDOWN_AFTER_STOP", "Circuit breakers", LimitForm::Number, "min", "0", "1440", "15", "higher", false, false, "", "No entry anywhere for so long after a stop-loss filled."},
    {"LEVERAGE_DEFAULT", "Strategy", LimitForm::Number, "×", "1", "200", "5", "lower", false, false, "", "Leverage of orders that name none."},
    {"BREAK_EVEN_BUFFER", "Strategy", LimitForm::Number, "% ROI", "0", "10", "0.05", "higher", false, false, "", "Added to the fees a target has to earn."},
    {"TAKE_PROFIT_ROI", "Strategy", LimitForm::Number, "% ROI", "0.01", "100", "2.5", "neutral", false, false, "", "Default target of strategies that name none; below break-even it is refused."},
    {"MIN_ALIGNMENT", "Strategy", LimitForm::Word, "word", "", "", "partial", "higher", false, false, "divergent|partial|full", "Agreement between time-frames that is asked for."},
    {"ALLOW_CHOPPY", "Strategy", LimitForm::Switch, "bool", "", "", "off", "off", false, false, "", "Act on signals of a market without direction."},
    {"MAX_ORDER_VALUE", "Orders", LimitForm::Number, "quote", "0.00000001", "1000000000", "5000", "lower", false, true, "", "Largest notional of one order."},
    {"MAX_OPEN_ORDERS", "Orders", LimitForm::Count, "count", "0", "500", "50", "lower", false, false, "", "Entry orders open, reserved or UNKNOWN at once."},
    {"MAX_MESSAGE_RATE", "Orders", LimitForm::Count, "1/s", "1", "100", "20", "lower", false, false, "", "Orders and cancels in a second; cancels count but are never held back."},
    {"MAX_DATA_AGE", "Data", LimitForm::Count, "ms", "50", "60000", "1000", "lower", false, false, "", "Oldest quote an entry may be decided on."},
    {"ui_freeze.stop_s", "Emergency stop", LimitForm::Count, "s", "5", "600", "off", "lower", true, false, "", "A frozen window stops trading after this."},
    {"estop.level", "Emergency stop", LimitForm::Word, "word", "", "", "flatten", "neutral", false, false, "flatten|cancel-all", "What the emergency stop does."},
};
// clang-format on

std::vector<std::string> splitWords(const std::string& text) {
  std::vector<std::string> words;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t bar = std::min(text.find('|', from), text.size());
    words.push_back(text.substr(from, bar - from));
    from = bar + 1;
  }
  return words;
}

Error problemOf(const char* key, std::string detail) {
  return {ErrorKind::Final, key, std::move(detail), 0};
}

bool takeSuffix(std::string& text, const std::string& suffix) {
  if (text.size() <= suffix.size() || text.compare(text.size() - suffix.size(), suffix.size(), suffix) != 0)
    return false;
  text.resize(text.size() - suffix.size());
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return true;
}

/// The text as it would stand in the file.
Result<std::string> canonicalOf(const LimitField& field, std::string text) {
  if (text.empty()) return problemOf("limits.invalid", "write a value");
  if (text == "off" && (field.canBeOff || field.form == LimitForm::Switch)) return text;
  if (field.form == LimitForm::Word || field.form == LimitForm::Switch) {
    const bool known = field.form == LimitForm::Switch
                           ? text == "on"
                           : std::find(field.words.begin(), field.words.end(), text) != field.words.end();
    if (known) return text;
    return problemOf("limits.invalid", "not one of the words");
  }
  if (field.form == LimitForm::Table || field.form == LimitForm::HourZone) return text;
  Decimal factor(1, 0);
  if (field.unit.rfind("% ", 0) == 0 && takeSuffix(text, "bps")) {
    factor = Decimal(1, 2);
  } else if (!(field.unit.rfind("% ", 0) == 0 && takeSuffix(text, "%"))) {
    takeSuffix(text, field.unit);
  }
  const auto number = Decimal::parse(text);
  if (!number) return problemOf("limits.invalid", "write a number such as " + field.initial);
  const Decimal value = *number * factor;
  if (field.form == LimitForm::Count && value.canonical().scale > 0)
    return problemOf("limits.invalid", "write a whole number");
  if (value < Decimal::parse(field.lowest).value())
    return problemOf("limits.invalid", "at least " + field.lowest + " " + field.unit);
  if (value > Decimal::parse(field.highest).value())
    return problemOf("limits.invalid", "at most " + field.highest + " " + field.unit);
  return value.canonical().toString();
}

LimitDirection directionOf(const LimitField& field, const std::string& after) {
  if (after == field.value) return LimitDirection::Same;
  if (field.tighter == "neutral") return LimitDirection::Looser;
  if (field.form == LimitForm::Switch) return after == "off" ? LimitDirection::Tighter : LimitDirection::Looser;
  if (field.form == LimitForm::Word) {
    const auto at = [&field](const std::string& word) {
      return std::find(field.words.begin(), field.words.end(), word);
    };
    return at(after) > at(field.value) ? LimitDirection::Tighter : LimitDirection::Looser;
  }
  if (after == "off") return LimitDirection::Looser;
  if (field.value == "off") return LimitDirection::Tighter;
  const bool lower = Decimal::parse(after).value() < Decimal::parse(field.value).value();
  return lower == (field.tighter == "lower") ? LimitDirection::Tighter : LimitDirection::Looser;
}

std::optional<Decimal> numberOf(const std::string& text) {
  const auto parsed = Decimal::parse(text);
  return parsed ? std::optional<Decimal>(*parsed) : std::nullopt;
}

std::string changeOf(const std::string& before, const std::string& after) {
  const auto from = numberOf(before);
  const auto to = numberOf(after);
  if (!from || !to || from->isZero()) return {};
  const Decimal change = divide((*to - *from) * Decimal(100, 0), *from, 2, Rounding::HalfEven).canonical();
  return (change.isNegative() ? "" : "+") + change.toString();
}

/// Taker both ways at 0.06 %.
Decimal breakEvenOf(const Decimal& leverage, const Decimal& buffer) {
  return Decimal(12, 2) * leverage + buffer;
}

}  // namespace

TestLimitDesk::TestLimitDesk(Options options) : m_options(std::move(options)) {
  int line = 4;
  for (const FieldSeed& seed : kFieldSeeds) {
    LimitField field;
    field.key = seed.key;
    field.scope = seed.scope;
    field.form = seed.form;
    field.unit = seed.unit;
    field.lowest = seed.lowest;
    field.highest = seed.highest;
    field.initial = field.value = seed.value;
    field.tighter = seed.tighter;
    field.help = seed.help;
    field.words = splitWords(seed.words);
    field.canBeOff = seed.canBeOff;
    field.liveRequired = seed.liveRequired;
    field.source = seed.liveRequired ? "config/risk.yaml:" + std::to_string(line) : "default";
    line += 4;
    m_fields.push_back(std::move(field));
  }
}

std::vector<LimitField> TestLimitDesk::fields() const {
  Lock lock(m_mutex);
  return m_fields;
}

std::uint64_t TestLimitDesk::version() const {
  Lock lock(m_mutex);
  return m_version;
}

std::string TestLimitDesk::configHash() const {
  Lock lock(m_mutex);
  std::string hash(64, '0');
  std::uint64_t state = 0x9e3779b97f4a7c15ULL * m_version;
  for (char& digit : hash) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    digit = "0123456789abcdef"[state >> 60];
  }
  return hash;
}

const LimitField* TestLimitDesk::find(const std::string& key) const {
  for (const LimitField& field : m_fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

std::string TestLimitDesk::valueOf(const std::string& key, const std::vector<LimitEdit>& edits) const {
  const LimitField& field = *find(key);
  for (const LimitEdit& edit : edits) {
    if (edit.key != key) continue;
    if (auto value = canonicalOf(field, edit.value)) return *value;
  }
  return field.value;
}

LimitProposal TestLimitDesk::judge(const std::vector<LimitEdit>& edits) const {
  LimitProposal proposal;
  Decimal largest;
  for (const LimitField& field : m_fields) {
    for (const LimitEdit& edit : edits) {
      if (edit.key != field.key) continue;
      LimitDiffRow row{field.key, field.unit, field.value, edit.value, LimitDirection::Same, {}, {}, false, {}};
      const auto value = canonicalOf(field, edit.value);
      if (!value) {
        row.error = value.error().detail;
        proposal.rows.push_back(row);
        continue;
      }
      row.after = *value;
      row.direction = directionOf(field, row.after);
      if (row.direction == LimitDirection::Same) continue;
      row.changePercent = changeOf(row.before, row.after);
      if (field.key == "MAX_DAILY_DRAWDOWN" && row.direction == LimitDirection::Tighter &&
          Decimal::parse(row.after).value() < Decimal(1, 0)) {
        row.actsNow = true;
        row.effect = "would pause trading now: the day is 1.2 % under its highest equity";
      }
      const bool looser = row.direction == LimitDirection::Looser;
      (looser ? proposal.loosens : proposal.tightens) = true;
      const auto change = numberOf(row.changePercent.empty() ? "" : row.changePercent.substr(1));
      if (looser && (proposal.typedKey.empty() || (change && *change > largest))) {
        proposal.typedKey = row.key;
        largest = change.value_or(Decimal());
      }
      proposal.rows.push_back(row);
    }
  }
  const auto leverage = numberOf(valueOf("LEVERAGE_DEFAULT", edits));
  const auto target = numberOf(valueOf("TAKE_PROFIT_ROI", edits));
  const auto buffer = numberOf(valueOf("BREAK_EVEN_BUFFER", edits));
  const auto daily = numberOf(valueOf("MAX_DAILY_DRAWDOWN", edits));
  const auto weekly = numberOf(valueOf("MAX_WEEKLY_DRAWDOWN", edits));
  const std::string needed = breakEvenOf(*leverage, *buffer).canonical().toString();
  proposal.arithmetic = {"break-even ROI = (0.06 % + 0.06 %) × " + leverage->toString() + " + " + buffer->toString() +
                         " = " + needed + " %"};
  if (*target < breakEvenOf(*leverage, *buffer)) {
    proposal.error = leverage->toString() + "x needs " + needed + " % to break even; take-profit " +
                     target->toString() + " % can never pay";
  } else if (*daily > *weekly) {
    proposal.error = "MAX_DAILY_DRAWDOWN may not exceed MAX_WEEKLY_DRAWDOWN";
  }
  if (proposal.loosens) proposal.refusals = m_options.refusals;
  if (m_options.live && proposal.loosens) {
    proposal.coolDown = Duration::seconds(30);
    proposal.locksGates = true;
  } else {
    proposal.typedKey.clear();
  }
  return proposal;
}

LimitProposal TestLimitDesk::propose(const std::vector<LimitEdit>& edits) const {
  Lock lock(m_mutex);
  return judge(edits);
}

void TestLimitDesk::store(const LimitDiffRow& row, const LimitReview& review, const char* outcome) {
  LimitChange change;
  change.version = m_version;
  change.time = m_options.now;
  change.who = review.who;
  change.channel = review.channel;
  change.key = row.key;
  change.before = row.before;
  change.after = row.after;
  change.direction = row.direction;
  change.reason = review.reason;
  change.outcome = outcome;
  m_history.push_back(std::move(change));
}

Result<LimitOutcome> TestLimitDesk::apply(const std::vector<LimitEdit>& edits, const LimitReview& review) {
  Lock lock(m_mutex);
  const LimitProposal proposal = judge(edits);
  if (!proposal.valid()) return problemOf("limits.invalid", "a value is not allowed");
  if (proposal.rows.empty()) return problemOf("limits.nothing", "nothing changes");
  if (proposal.loosens) {
    if (!proposal.refusals.empty()) return problemOf("limits.refused", proposal.refusals.front());
    if (review.reason.size() < 10) return problemOf("limits.reason", "a loosening needs a reason");
    if (!proposal.typedKey.empty() && review.typed != valueOf(proposal.typedKey, edits))
      return problemOf("limits.typed", "the typed value is not that of " + proposal.typedKey);
  }
  LimitOutcome outcome;
  ++m_version;
  for (const LimitDiffRow& row : proposal.rows) {
    const bool waits = row.direction == LimitDirection::Looser && proposal.coolDown.ns > 0;
    store(row, review, waits ? "waiting" : "applied");
    (waits ? outcome.waiting : outcome.applied).push_back(row.key);
    if (waits) continue;
    for (LimitField& field : m_fields) {
      if (field.key != row.key) continue;
      field.value = row.after;
      field.source = "change " + std::to_string(m_version);
    }
  }
  outcome.version = m_version;
  if (!outcome.waiting.empty()) {
    outcome.pending = m_pending = m_version;
    outcome.due = m_options.now + proposal.coolDown;
  }
  return outcome;
}

Result<void> TestLimitDesk::abort(std::uint64_t pending, const std::string&) {
  Lock lock(m_mutex);
  if (pending == 0 || pending != m_pending) return problemOf("limits.no_such_change", "no such change waits");
  m_pending = 0;
  for (LimitChange& change : m_history) {
    if (change.outcome == "waiting") change.outcome = "aborted";
  }
  return {};
}

std::vector<LimitChange> TestLimitDesk::history(const std::string& key) const {
  Lock lock(m_mutex);
  std::vector<LimitChange> rows;
  for (auto row = m_history.rbegin(); row != m_history.rend(); ++row) {
    if (key.empty() || row->key == key) rows.push_back(*row);
  }
  return rows;
}

Result<std::vector<LimitEdit>> TestLimitDesk::undoOf(std::uint64_t version) const {
  Lock lock(m_mutex);
  std::vector<LimitEdit> edits;
  for (const LimitChange& change : m_history) {
    if (change.version == version && change.outcome == "applied") edits.push_back({change.key, change.before});
  }
  if (edits.empty()) return problemOf("limits.no_such_change", "no such change");
  return edits;
}

std::string TestLimitDesk::exportYaml() const {
  Lock lock(m_mutex);
  std::string text = "# Risk limits\n";
  for (const LimitField& field : m_fields)
    text += "\n# unit: " + field.unit + "\n" + field.key + ": \"" + field.value + "\"\n";
  return text;
}

Result<std::vector<LimitEdit>> TestLimitDesk::importYaml(const std::string& text, const std::string& name) const {
  Lock lock(m_mutex);
  std::vector<LimitEdit> edits;
  std::size_t from = 0;
  for (int line = 1; from < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string row = text.substr(from, end - from);
    from = end + 1;
    const std::size_t colon = row.find(": \"");
    if (row.empty() || row.front() == '#') continue;
    const LimitField* field = colon == std::string::npos ? nullptr : find(row.substr(0, colon));
    if (field == nullptr)
      return problemOf("config.invalid", name + ":" + std::to_string(line) + ": unknown key '" +
                                             row.substr(0, std::min(colon, row.size())) + "'");
    const std::string value = row.substr(colon + 3, row.size() - colon - 4);
    if (value != field->value) edits.push_back({field->key, value});
  }
  return edits;
}

Result<LimitWhatIf> TestLimitDesk::whatIf(const std::vector<LimitEdit>& edits, int days) const {
  Lock lock(m_mutex);
  const LimitProposal proposal = judge(edits);
  LimitWhatIf answer;
  answer.days = days;
  answer.intents = 929;
  answer.approved = 912;
  for (const LimitDiffRow& row : proposal.rows) {
    if (!row.error.empty()) continue;
    if (row.direction == LimitDirection::Looser) {
      answer.freed += 9;
      continue;
    }
    answer.blocked += 17;
    answer.keys.push_back({row.key, 17});
    answer.samples.push_back(
        {m_options.now - Duration::minutes(42), "BTC-PERP", "ema-cross", row.key, "412.7", row.after});
  }
  answer.text =
      std::to_string(answer.blocked) + " of 912 orders would have been rejected, 0 breakers would have opened";
  return answer;
}

std::vector<ReconciliationItem> testDifferences(Timestamp now) {
  using Action = ReconciliationAction;
  ReconciliationItem position;
  position.id = "R-17";
  position.kind = ReconciliationKind::Position;
  position.venue = "simulated";
  position.instrument = InstrumentId{2};
  position.title = "SOL-PERP: the venue holds +42.50, we count +30.00";
  position.text =
      "The venue reports 12.50 SOL more than our fills explain. Adopt books the difference as an external fill at the "
      "venue's average price. Close sells the difference with a reduce-only order.";
  position.ours = "+30.00";
  position.theirs = "+42.50";
  position.actions = {Action::Adopt, Action::Ignore, Action::Close, Action::Pause};
  position.locked = true;
  position.seenAt = position.updatedAt = now - Duration::seconds(192);
  position.escalatesAt = now + Duration::seconds(108);
  ReconciliationItem order;
  order.id = "R-18";
  order.kind = ReconciliationKind::ForeignOrder;
  order.venue = "simulated";
  order.instrument = InstrumentId{1};
  order.title = "ETH-PERP: a resting order that is not ours, BUY 2.000 @ 2601.00";
  order.text =
      "Somebody placed this order outside Bellwether. It counts against every limit as external. Close cancels it at "
      "the venue.";
  order.ours = "no such order";
  order.theirs = "BUY 2.000 @ 2601.00";
  order.actions = {Action::Adopt, Action::Ignore, Action::Close};
  order.seenAt = order.updatedAt = now - Duration::seconds(47);
  ReconciliationItem cash;
  cash.id = "R-19";
  cash.kind = ReconciliationKind::Balance;
  cash.venue = "simulated";
  cash.title = "simulated: 25.00 USDT less than our fills, fees, funding and transfers explain";
  cash.text = "A withdrawal made outside is the usual cause. Adopt books it as a transfer, so that it is no loss.";
  cash.ours = "10458.82 USDT";
  cash.theirs = "10433.82 USDT";
  cash.actions = {Action::Adopt, Action::Ignore};
  cash.seenAt = cash.updatedAt = now - Duration::seconds(9);
  ReconciliationItem old = order;
  old.id = "R-12";
  old.kind = ReconciliationKind::OrderEnded;
  old.state = ReconciliationItem::State::Settled;
  old.instrument = InstrumentId{3};
  old.title = "XRP-PERP: ended here, rests at the venue: SELL 4000 @ 0.6100";
  old.ours = "CANCELLED";
  old.theirs = "OPEN";
  old.answer = Action::Close;
  old.answeredBy = "window";
  old.seenAt = now - Duration::minutes(84);
  old.updatedAt = now - Duration::minutes(83);
  return {old, position, order, cash};
}

}  // namespace bw::ui
