// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose/message_text.h"

#include "core/risk/approval/approval.h"

namespace bw::app {
namespace {

std::string priceText(const std::optional<Price>& price) {
  return price ? price->toString() : "-";
}

std::string intentText(const OrderIntent& i) {
  std::string text = std::string(toString(i.role)) + ": " + std::string(toString(i.side)) + " " +
                     i.quantity.toString() + " " + std::string(toString(i.type));
  if (i.limitPrice) text += " at " + i.limitPrice->toString();
  if (i.triggerPrice) text += " triggered at " + i.triggerPrice->toString();
  if (i.priceRule.kind == PriceRule::Kind::BookLevel)
    text += " resting at book level " + std::to_string(i.priceRule.level);
  if (i.reduceOnly) text += ", reduce-only";
  if (i.postOnly) text += ", post-only";
  if (!i.contingent.empty())
    text += ", stop " + priceText(i.contingent.stop) + ", target " + priceText(i.contingent.target);
  return text + " (" + i.strategy + ")";
}

std::string orderText(const Order& o) {
  std::string text = std::string(toString(o.state)) + ": " + std::string(toString(o.side)) + " " +
                     o.quantity.toString() + " " + std::string(toString(o.type));
  if (o.limitPrice) text += " at " + o.limitPrice->toString();
  if (o.triggerPrice) text += " triggered at " + o.triggerPrice->toString();
  text += ", filled " + o.filled.toString();
  if (o.cancelPending) text += ", cancel pending";
  if (!o.reason.empty()) text += " (" + o.reason + ")";
  return text;
}

struct Describer {
  std::string operator()(const OrderIntent& m) const { return intentText(m); }
  std::string operator()(const RiskApproved& m) const {
    const ApprovalBounds& b = m.approval->bounds();
    return "approved: at most " + b.maxQuantity.toString() + ", worst price " + priceText(b.worstPrice) + ", until " +
           toIso8601(b.expiresAt) + ", " + std::to_string(m.checks.size()) + " checks passed";
  }
  std::string operator()(const RiskRefused& m) const { return "refused, " + m.reason + ": " + m.text; }
  std::string operator()(const OrderUpdate& m) const { return (m.placed ? "placed, " : "") + orderText(m.order); }
  std::string operator()(const OrderFilled& m) const {
    return "filled " + m.fill.quantity.toString() + " at " + m.fill.price.toString() + ", fee " +
           m.fill.fee.toString() + (m.fill.maker ? " (maker)" : " (taker)");
  }
  std::string operator()(const OrderReport& m) const {
    static constexpr std::string_view kKinds[] = {"accepted",  "rejected",        "unknown", "triggered", "filled",
                                                  "cancelled", "cancel rejected", "expired", "absent"};
    return "venue " + m.venue + ": " + std::string(kKinds[static_cast<std::size_t>(m.kind)]) +
           (m.reason.empty() ? "" : " (" + m.reason + ")");
  }
  std::string operator()(const CancelRequest& m) const { return "cancel asked for: " + m.reason; }
  std::string operator()(const PositionUpdate& m) const {
    return "position " + m.position.quantity.toString() + " at " + m.position.averagePrice.toString() +
           ", unrealised " + m.unrealised.toString();
  }
  std::string operator()(const StateChanged& m) const {
    return std::string(toString(m.from)) + " to " + std::string(toString(m.to)) + ": " + m.cause;
  }
  std::string operator()(const SystemEvent& m) const { return m.code + ": " + m.text; }
  std::string operator()(const SignalGenerated& m) const {
    static constexpr std::string_view kWords[] = {"short", "neutral", "long"};
    return "signal " + std::string(kWords[static_cast<std::size_t>(m.direction)]) + ", score " +
           std::to_string(m.score);
  }
  template <class T>
  std::string operator()(const T&) const {
    return {};
  }
};

}  // namespace

std::string describe(const Message& message) {
  return std::visit(Describer{}, message.payload);
}

}  // namespace bw::app
