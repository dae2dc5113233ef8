// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agents/execution/unknown_resolver.h"

#include <doctest/doctest.h>

#include "core/agents/execution/reject_watch.h"

namespace {

using namespace bw;
using execution::RejectWatch;
using execution::UnknownResolver;

const ClientOrderId kAsked{1, 1};

Timestamp askTime(std::int64_t millis) {
  return Timestamp::fromMillis(1'000'000 + millis);
}

TEST_CASE("resolver: questions without an answer are asked with a gap that doubles up to its bound") {
  UnknownResolver resolver({});
  CHECK(resolver.mayAsk(kAsked, askTime(0)));
  std::int64_t now = 0;
  for (const std::int64_t gap : {1000, 2000, 4000, 8000, 8000}) {
    resolver.asked(kAsked, askTime(now));
    CHECK_FALSE(resolver.mayAsk(kAsked, askTime(now + gap - 1)));
    CHECK(resolver.mayAsk(kAsked, askTime(now + gap)));
    now += gap;
  }
  resolver.forget(kAsked);
  CHECK(resolver.size() == 0);
  CHECK(resolver.mayAsk(kAsked, askTime(now)));
}

TEST_CASE("resolver: a denial proves only if asked after the last possible landing, twice, apart") {
  const Duration lands = Duration::seconds(3);
  UnknownResolver resolver({});
  resolver.noteSendable(kAsked, askTime(5000));
  CHECK_FALSE(resolver.denied(kAsked, askTime(0), lands));  // nobody asked
  resolver.asked(kAsked, askTime(1000));
  CHECK_FALSE(resolver.denied(kAsked, askTime(1100), lands));
  CHECK(resolver.denials(kAsked) == 1);
  CHECK_FALSE(resolver.mayAsk(kAsked, askTime(8999)));  // 5 s sendable + 3 s landing + 1 s margin
  CHECK(resolver.mayAsk(kAsked, askTime(9000)));
  resolver.asked(kAsked, askTime(9000));
  CHECK_FALSE(resolver.denied(kAsked, askTime(9100), lands));  // the first that counts
  resolver.asked(kAsked, askTime(9200));
  CHECK_FALSE(resolver.denied(kAsked, askTime(9300), lands));  // too soon after it
  resolver.asked(kAsked, askTime(10'200));
  CHECK(resolver.denied(kAsked, askTime(10'300), lands));
}

TEST_CASE("resolver: an answer may be to the oldest open question, and that one decides") {
  UnknownResolver resolver({});
  resolver.noteSendable(kAsked, askTime(5000));
  resolver.asked(kAsked, askTime(1000));
  resolver.asked(kAsked, askTime(7000));
  CHECK_FALSE(resolver.denied(kAsked, askTime(7100), Duration{}));  // to the question of 1 s, perhaps
  resolver.asked(kAsked, askTime(8200));
  CHECK_FALSE(resolver.denied(kAsked, askTime(8300), Duration{}));
  resolver.asked(kAsked, askTime(9400));
  CHECK(resolver.denied(kAsked, askTime(9500), Duration{}));
}

TEST_CASE("resolver: without the venue's promise no number of denials proves anything") {
  UnknownResolver resolver({});
  for (int i = 0; i < 1000; ++i) {
    const Timestamp now = askTime(i * 10'000);
    CHECK(resolver.mayAsk(kAsked, now));
    resolver.asked(kAsked, now);
    CHECK_FALSE(resolver.denied(kAsked, now + Duration::millis(5), std::nullopt));
  }
  CHECK(resolver.denials(kAsked) == 1000);
}

TEST_CASE("resolver: another answer starts the count of denials anew") {
  UnknownResolver resolver({});
  CHECK(resolver.denials(kAsked) == 0);
  resolver.answered(kAsked);  // nobody asked
  resolver.asked(kAsked, askTime(2000));
  CHECK_FALSE(resolver.denied(kAsked, askTime(2100), Duration{}));
  resolver.asked(kAsked, askTime(4000));
  resolver.answered(kAsked);
  CHECK(resolver.denials(kAsked) == 0);
  resolver.asked(kAsked, askTime(8000));
  CHECK_FALSE(resolver.denied(kAsked, askTime(8100), Duration{}));
}

Order refusedOrder(bool postOnly, const char* strategy = "a") {
  Order order;
  order.postOnly = postOnly;
  order.strategy = std::string(strategy);
  return order;
}

TEST_CASE("rejects: five post-only refusals within a minute disable that strategy on that instrument, once") {
  RejectWatch watch({});
  for (int i = 0; i < 4; ++i) CHECK_FALSE(watch.outcome(refusedOrder(true), "v", true, askTime(i * 1000)).disabled);
  CHECK_FALSE(watch.outcome(refusedOrder(false), "v", true, askTime(4000)).disabled);
  CHECK_FALSE(watch.disabled("a", {0}));
  CHECK(watch.outcome(refusedOrder(true), "v", true, askTime(5000)).disabled);
  CHECK(watch.disabled("a", {0}));
  CHECK_FALSE(watch.disabled("a", {1}));
  CHECK_FALSE(watch.disabled("b", {0}));
  CHECK_FALSE(watch.outcome(refusedOrder(true), "v", true, askTime(6000)).disabled);  // told once
  watch.enableAll();
  CHECK_FALSE(watch.disabled("a", {0}));
}

TEST_CASE("rejects: one that rests, or a quiet minute, starts the count anew; exits are never counted") {
  RejectWatch watch({});
  for (int i = 0; i < 4; ++i) watch.outcome(refusedOrder(true), "v", true, askTime(i));
  watch.outcome(refusedOrder(true), "v", false, askTime(10));
  for (int i = 0; i < 4; ++i) CHECK_FALSE(watch.outcome(refusedOrder(true), "v", true, askTime(20 + i)).disabled);
  CHECK_FALSE(watch.outcome(refusedOrder(true), "v", true, askTime(61'000)).disabled);
  Order exit = refusedOrder(true);
  exit.role = OrderRole::Exit;
  for (int i = 0; i < 9; ++i) CHECK_FALSE(watch.outcome(exit, "v", true, askTime(61'000 + i)).disabled);
}

TEST_CASE("rejects: more than half of at least twenty within a minute is a storm, told once until it ends") {
  RejectWatch watch({});
  for (int i = 0; i < 19; ++i) CHECK_FALSE(watch.outcome(refusedOrder(false), "v", i < 10, askTime(i)).storm);
  CHECK_FALSE(watch.outcome(refusedOrder(false), "v", false, askTime(20)).storm);  // 10 of 20: half is not more
  CHECK(watch.outcome(refusedOrder(false), "v", true, askTime(21)).storm);
  CHECK_FALSE(watch.outcome(refusedOrder(false), "v", true, askTime(22)).storm);
  CHECK_FALSE(watch.outcome(refusedOrder(false), "other", true, askTime(22)).storm);
  CHECK_FALSE(watch.outcome(refusedOrder(false), "v", true, askTime(70'000)).storm);  // one alone by now
}

}  // namespace
