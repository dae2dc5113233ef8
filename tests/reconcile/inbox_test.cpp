// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconcile/inbox.h"

#include <doctest/doctest.h>

namespace {

using namespace bw;
using reconcile::Finding;
using reconcile::Inbox;
using Answer = ReconciliationAction;
using Kind = ReconciliationKind;
using State = ReconciliationItem::State;

Timestamp inboxTime(int s) {
  return Timestamp::fromSeconds(1000 + s);
}

Finding drift(const char* ours, const char* theirs, std::uint32_t instrument = 0) {
  Finding finding;
  finding.venue = "fake";
  finding.instrument = InstrumentId{instrument};
  finding.title = std::string("the venue holds ") + theirs;
  finding.ours = ours;
  finding.theirs = theirs;
  finding.actions = {Answer::Adopt, Answer::Ignore, Answer::Close, Answer::Pause};
  finding.escalates = true;
  return finding;
}

ReconciliationAnswer say(const std::string& id, Answer action) {
  return {id, action, "window", "test"};
}

TEST_CASE("inbox: one item for each difference; it locks its instrument until it is answered or gone") {
  Inbox inbox({});
  const auto item = inbox.report(drift("0", "3"), inboxTime(0));
  REQUIRE(item);
  CHECK(item->id == "R-1");
  CHECK(item->locked);
  CHECK(inbox.locked({0}, "fake"));
  CHECK_FALSE(inbox.locked({1}, "fake"));
  CHECK(inbox.lockReason({0}, "fake") == "R-1: the venue holds 3");
  CHECK_FALSE(inbox.report(drift("0", "3"), inboxTime(1)));  // the same again
  CHECK(inbox.report(drift("0", "4"), inboxTime(2))->id == "R-1");
  CHECK(inbox.size() == 1);
  const auto gone = inbox.settle(subjectOf(drift("", "")), inboxTime(3));
  REQUIRE(gone);
  CHECK(gone->state == State::Settled);
  CHECK_FALSE(gone->locked);
  CHECK_FALSE(inbox.locked({0}, "fake"));
  CHECK(inbox.report(drift("0", "3"), inboxTime(4))->id == "R-2");
}

TEST_CASE("inbox: an item without an instrument locks the venue, one that does not lock locks nothing") {
  Inbox inbox({});
  Finding finding = drift("1", "2");
  finding.kind = Kind::Balance;
  finding.instrument.reset();
  finding.locks = false;
  inbox.report(finding, inboxTime(0));
  CHECK_FALSE(inbox.locked({0}, "fake"));
  CHECK(inbox.lockReason({0}, "fake").empty());
  finding.kind = Kind::Liquidation;
  finding.locks = true;
  inbox.report(finding, inboxTime(0));
  CHECK(inbox.locked({0}, "fake"));
  CHECK(inbox.locked({7}, "fake"));
  CHECK_FALSE(inbox.locked({0}, "other"));
}

TEST_CASE("inbox: what each answer does, and that a new difference asks again") {
  for (const Answer action : {Answer::Adopt, Answer::Ignore, Answer::Close, Answer::Pause}) {
    CAPTURE(std::string(toString(action)));
    Inbox inbox({});
    inbox.report(drift("0", "3"), inboxTime(0));
    const auto answered = inbox.answer(say("R-1", action), inboxTime(1));
    REQUIRE(answered);
    CHECK(answered->state == State::Answered);
    CHECK(answered->answeredBy == "window");
    CHECK(answered->escalatesAt == Timestamp::never());
    const bool holds = action == Answer::Close || action == Answer::Pause;
    CHECK(inbox.locked({0}, "fake") == holds);
    CHECK_FALSE(inbox.report(drift("0", "3"), inboxTime(2)));  // answered
    const auto other = inbox.report(drift("0", "2"), inboxTime(3));
    if (action == Answer::Close) {
      CHECK_FALSE(other);  // it is being closed
    } else if (action == Answer::Pause) {
      CHECK(other->state == State::Answered);
      CHECK(other->theirs == "2");
    } else {
      CHECK(other->state == State::Open);
      CHECK_FALSE(other->answer);
    }
    const auto gone = inbox.settle(subjectOf(drift("", "")), inboxTime(4));
    CHECK(gone.has_value() == (action != Answer::Pause));
    CHECK(inbox.locked({0}, "fake") == (action == Answer::Pause));
  }
}

TEST_CASE("inbox: a close that does not end the difference asks again") {
  Inbox inbox({});
  inbox.report(drift("0", "3"), inboxTime(0));
  CHECK(inbox.answer(say("R-1", Answer::Close), inboxTime(1)));
  CHECK_FALSE(inbox.report(drift("0", "3"), inboxTime(30)));
  const auto again = inbox.report(drift("0", "3"), inboxTime(31));
  REQUIRE(again);
  CHECK(again->state == State::Open);
}

TEST_CASE("inbox: answers that cannot be are refused in words") {
  Inbox inbox({});
  CHECK(inbox.answer(say("R-1", Answer::Ignore), inboxTime(0)).error().userKey == "reconcile.unknown");
  Finding finding = drift("0", "1");
  finding.actions = {Answer::Ignore};
  inbox.report(finding, inboxTime(0));
  const auto refused = inbox.answer(say("R-1", Answer::Adopt), inboxTime(0));
  CHECK(refused.error().userKey == "reconcile.action");
  CHECK(refused.error().detail == "adopt is no answer to R-1; it takes ignore");
  CHECK(inbox.locked({0}, "fake"));
}

TEST_CASE("inbox: what nobody answers for 30 s is due, once") {
  Inbox inbox({});
  inbox.report(drift("0", "1"), inboxTime(0));
  Finding quiet = drift("0", "1", 1);
  quiet.escalates = false;
  inbox.report(quiet, inboxTime(0));
  Finding soon = drift("0", "1", 2);
  soon.escalateAfter = Duration::seconds(5);
  inbox.report(soon, inboxTime(0));
  CHECK(inbox.due(inboxTime(4)).empty());
  CHECK(inbox.due(inboxTime(5)).size() == 1);
  CHECK(inbox.due(inboxTime(29)).empty());
  REQUIRE(inbox.due(inboxTime(30)).size() == 1);
  CHECK(inbox.due(inboxTime(90)).empty());
  CHECK(inbox.anyOpen());
}

TEST_CASE(
    "inbox: a restart keeps items, answers, locks and numbers; an answer that may not be carried out is asked again") {
  Inbox before({});
  const auto open = before.report(drift("0", "1", 0), inboxTime(0));
  const auto paused = before.report(drift("0", "1", 1), inboxTime(0));
  const auto adopted = before.report(drift("0", "1", 2), inboxTime(0));
  const auto gone = before.report(drift("0", "1", 3), inboxTime(0));
  Inbox after({});
  for (const auto& item : {*open, *paused, *adopted, *gone}) after.restore(item);
  after.restore(*before.answer(say(paused->id, Answer::Pause), inboxTime(1)));
  after.restore(*before.answer(say(adopted->id, Answer::Adopt), inboxTime(1)));
  after.restore(*before.settle(reconcile::subjectOf(*gone), inboxTime(1)));
  after.restart(inboxTime(100));
  CHECK(after.items().size() == 3);
  CHECK(after.find("R-4") == nullptr);
  CHECK(after.locked({0}, "fake"));
  CHECK(after.locked({1}, "fake"));
  CHECK_FALSE(after.locked({2}, "fake"));
  CHECK(after.due(inboxTime(129)).empty());
  CHECK(after.due(inboxTime(130)).size() == 1);
  CHECK_FALSE(after.report(drift("0", "1", 1), inboxTime(131)));
  const auto again = after.report(drift("0", "1", 2), inboxTime(131));
  REQUIRE(again);
  CHECK(again->state == State::Open);
  CHECK(after.report(drift("0", "1", 9), inboxTime(132))->id == "R-5");
}

TEST_CASE("inbox: the corners of answers, titles and restarts") {
  Inbox inbox({});
  Finding finding = drift("0", "1");
  finding.actions = {Answer::Ignore, Answer::Close};
  finding.locks = false;
  inbox.report(finding, inboxTime(0));
  CHECK(inbox.answer(say("R-1", Answer::Adopt), inboxTime(0)).error().detail ==
        "adopt is no answer to R-1; it takes ignore, close");
  finding.title = "said otherwise";
  CHECK(inbox.report(finding, inboxTime(1))->title == "said otherwise");
  // A close of what locked nothing locks nothing, and is asked again after a restart.
  const auto closing = inbox.answer(say("R-1", Answer::Close), inboxTime(2));
  REQUIRE(closing);
  CHECK_FALSE(closing->locked);
  Inbox after({});
  after.restore(*closing);
  ReconciliationItem foreignId = *closing;
  foreignId.id = "other";
  foreignId.instrument = InstrumentId{5};
  after.restore(foreignId);
  after.restart(inboxTime(3));
  CHECK(after.report(finding, inboxTime(4))->state == State::Open);
  Finding elsewhere = drift("0", "1");
  elsewhere.venue = "second";
  CHECK(after.report(elsewhere, inboxTime(5))->id == "R-2");
  CHECK(after.lockReason({0}, "fake").empty());
  CHECK(after.lockReason({9}, "second").empty());
  CHECK_FALSE(after.lockReason({0}, "second").empty());
  CHECK(after.find("R-2")->venue == "second");
  CHECK(after.find(subjectOf(elsewhere)) != nullptr);
}

TEST_CASE("inbox: full, it locks the venue of whatever comes beyond") {
  Inbox::Settings settings;
  settings.capacity = 2;
  Inbox inbox(settings);
  inbox.report(drift("0", "1", 0), inboxTime(0));
  inbox.report(drift("0", "1", 1), inboxTime(0));
  CHECK_FALSE(inbox.locked({2}, "fake"));
  CHECK_FALSE(inbox.report(drift("0", "1", 2), inboxTime(0)));
  CHECK(inbox.size() == 2);
  CHECK(inbox.overflowed("fake"));
  CHECK(inbox.locked({2}, "fake"));
  CHECK(inbox.lockReason({2}, "fake") == "the reconciliation inbox is full");
  inbox.settle(subjectOf(drift("", "", 1)), inboxTime(1));
  CHECK_FALSE(inbox.locked({2}, "fake"));
  CHECK(inbox.report(drift("0", "1", 2), inboxTime(2)));
}

TEST_CASE("inbox: a round settles what it no longer names, of its kinds and its venue") {
  Inbox inbox({});
  inbox.report(drift("0", "1", 0), inboxTime(0));
  inbox.report(drift("0", "1", 1), inboxTime(0));
  Finding other = drift("0", "1", 2);
  other.venue = "second";
  inbox.report(other, inboxTime(0));
  Finding event = drift("0", "1", 3);
  event.kind = Kind::ForeignFill;
  inbox.report(event, inboxTime(0));
  const auto gone = inbox.settleOthers({Kind::Position}, "fake", {subjectOf(drift("", "", 1))}, inboxTime(1));
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].id == "R-1");
  CHECK(inbox.size() == 3);
}

}  // namespace
