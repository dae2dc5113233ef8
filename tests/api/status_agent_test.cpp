// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/api/status_agent.h"
#include "tests/support/order_path.h"

using namespace bw;
using namespace bw::test;

namespace {

Message positionMessage(Topic topic, PositionUpdate::Kind kind, const char* held, std::uint64_t sequence) {
  PositionUpdate update;
  update.kind = kind;
  update.position.quantity = quantity(held);
  Message message;
  message.topic = topic;
  message.sequence = sequence;
  message.payload = update;
  return message;
}

}  // namespace

TEST_CASE("status: a mark that its position's close overtook does not bring the position back") {
  api::StatusAgent status(fakeInstruments(), "sim", "test");
  status.onMessage(positionMessage(Topic::PositionOpened, PositionUpdate::Kind::Opened, "1", 1));
  REQUIRE(status.positions().size() == 1);
  // The close is of HIGH priority, the mark of NORMAL: a host that is behind hears them in this order.
  status.onMessage(positionMessage(Topic::PositionClosed, PositionUpdate::Kind::Closed, "0", 3));
  status.onMessage(positionMessage(Topic::PositionMarked, PositionUpdate::Kind::Marked, "1", 2));
  CHECK(status.positions().empty());
}
