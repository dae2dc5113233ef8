// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/agents/execution/execution_agent.h"
#include "core/gate/report_queue.h"
#include "core/journal/file_journal.h"
#include "tests/support/fake_agent_context.h"
#include "tests/support/fake_venue.h"
#include "tests/support/order_path.h"

namespace bw::test {

struct StopProbe final : EmergencyStopPort {
  void trigger(std::string_view, std::string_view) noexcept override { pressed += 1; }
  void raise(StopLevel level, const StopScope& scope, std::string_view, std::string_view reason) noexcept override {
    raised.push_back({level, scope, std::string(reason)});
  }
  StopProgress progress() const override { return {}; }
  struct Raised {
    StopLevel level;
    StopScope scope;
    std::string reason;
  };
  std::vector<Raised> raised;
  int pressed = 0;
};

/// Execution with its lane, a fake venue and a risk agent that approves everything.
struct ExecutionBench {
  /// `own`: a journal to use instead of the one in memory; must outlive the bench.
  explicit ExecutionBench(const std::vector<journal::JournalRecord>& history = {}, FakeVenue* shared = nullptr,
                          Journal* own = nullptr)
      : written(own != nullptr ? *own : journal),
        ownVenue("fake", context.clock(), instruments),
        venue(shared != nullptr ? *shared : ownVenue) {
    lane = std::make_unique<gate::OrderLane>(
        gate, written, context.clock(), instruments, venue,
        gate::OrderLane::Outputs{[this](const OrderReport& r) { reports.onReport(r); },
                                 [this](const AccountAnswer& a) { reports.onAccount(a); }});
    agent = std::make_unique<execution::ExecutionAgent>(
        execution::ExecutionParts{instruments, gate, written, &marks, {lane.get()}, &stop},
        execution::ExecutionSettings{});
    CHECK(agent->restore(history).empty());
    agent->onStart(context);
    if (shared == nullptr) {
      venue.setPrice({0}, price("100"));
      settle();
    }
  }
  ~ExecutionBench() { lane.reset(); }

  void book(int levels = 10) {
    auto depth = std::make_shared<BookDepth>();
    depth->instrument = {0};
    depth->stale = StaleReason::None;
    depth->bidCount = depth->askCount = static_cast<std::uint16_t>(levels);
    for (int i = 0; i < levels; ++i) {
      depth->bids[static_cast<std::size_t>(i)] = {Ticks{999 - 2 * i}, Lots{1000}};
      depth->asks[static_cast<std::size_t>(i)] = {Ticks{1001 + 2 * i}, Lots{1000}};
    }
    context.deliver(*agent, Topic::MarketBook, BookUpdate{depth});
  }
  OrderIntent intent(const char* size = "1") {
    OrderIntent i;
    i.id = context.newId();
    i.instrument = {0};
    i.quantity = quantity(size);
    i.limitPrice = price("99.5");
    i.strategy = "demo";
    i.createdAt = context.now();
    return i;
  }
  OrderIntent exitIntent(const char* size) {
    OrderIntent i = intent(size);
    i.side = Side::Sell;
    i.role = OrderRole::Exit;
    i.type = OrderType::Market;
    i.reduceOnly = true;
    i.limitPrice.reset();
    return i;
  }
  void approve(const OrderIntent& i, const std::function<void(ApprovalBounds&)>& change = {}) {
    ApprovalBounds bounds;
    bounds.intentId = i.id;
    bounds.instrument = i.instrument;
    bounds.side = i.side;
    bounds.type = i.type;
    bounds.role = i.role;
    bounds.reduceOnly = i.reduceOnly;
    bounds.maxQuantity = i.quantity;
    if (i.type == OrderType::Limit || i.type == OrderType::Market)
      bounds.worstPrice = price(i.side == Side::Buy ? "110" : "90");
    bounds.maxNotional = Money(dec("1000000"), Currency("USDT"));
    bounds.maxLeverage = dec("10");
    bounds.epoch = gate.epoch();
    bounds.generation = 1;
    bounds.expiresAt = context.now() + Duration::seconds(5);
    if (change) change(bounds);
    context.deliver(*agent, Topic::RiskApproved, RiskApproved{i, ApprovalTestAccess::approve(bounds), {}});
    settle();
  }
  /// Lane, reports and children's approvals until nothing moves.
  void settle() {
    if (m_depth++ == 0) m_askedBefore = children.size();
    for (bool moved = true; moved;) {
      moved = false;
      while (lane->pump()) moved = true;
      for (auto& item : reports.takeAll()) {
        moved = true;
        if (auto* report = std::get_if<OrderReport>(&item)) {
          context.deliver(*agent, Topic::VenueReport, *report);
        } else {
          context.deliver(*agent, Topic::VenueAccount, std::get<AccountAnswer>(item));
        }
      }
      for (; m_seen < context.published.size(); ++m_seen) {
        if (context.published[m_seen].topic != Topic::Intent) continue;
        const auto child = std::get<OrderIntent>(context.published[m_seen].payload);
        m_seen += 1;
        moved = true;
        children.push_back(child);
        REQUIRE_MESSAGE(children.size() < m_askedBefore + 1'000, "children are asked for in a loop");
        if (refuseChildren) {
          context.deliver(*agent, Topic::RiskRejected, RiskRefused{child, "TEST", "the test refuses", {}});
        } else {
          approve(child);
        }
        break;
      }
    }
    m_depth -= 1;
  }
  void pass(Duration time) {
    const Timestamp end = context.now() + time;
    while (context.now() < end) {
      context.advance(*agent, std::min(Duration::millis(100), end - context.now()));
      settle();
    }
  }
  const Order* byIntent(const Uuid& id) const {
    for (const auto& entry : agent->orders().all()) {
      if (entry.second.intentId == id) return &entry.second;
    }
    return nullptr;
  }
  std::vector<Order> live(OrderRole role) const {
    std::vector<Order> out;
    for (const Order& order : agent->orders().live()) {
      if (order.role == role) out.push_back(order);
    }
    return out;
  }
  bool said(const std::string& code) const {
    const auto events = context.all<SystemEvent>(Topic::Event);
    return std::any_of(events.begin(), events.end(), [&](const SystemEvent& e) { return e.code == code; });
  }
  Order lastDropped() const {
    Order order;
    for (const auto& update : context.all<OrderUpdate>(Topic::OrderUpdated)) order = update.order;
    return order;
  }
  Quantity held() const { return agent->positions().position({0}).quantity; }

  FakeAgentContext context;
  Instruments instruments = fakeInstruments();
  gate::Gate gate{context.clock(), instruments};
  journal::MemoryJournal journal{&context.clock(), true};
  Journal& written;
  gate::MarkMirror marks{*instruments};
  gate::ReportQueue reports;
  FakeVenue ownVenue;
  FakeVenue& venue;
  StopProbe stop;
  std::unique_ptr<gate::OrderLane> lane;
  std::unique_ptr<execution::ExecutionAgent> agent;
  std::vector<OrderIntent> children;
  bool refuseChildren = false;

 private:
  std::size_t m_seen = 0;
  int m_depth = 0;                // of settle() in itself
  std::size_t m_askedBefore = 0;  // children when the outermost settle() began
};

}  // namespace bw::test
