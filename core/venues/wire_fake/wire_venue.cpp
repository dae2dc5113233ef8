// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/wire_fake/wire_venue.h"

#include <atomic>

#include "core/venues/wire_fake/wire_codec.h"

namespace bw::wire_fake {
namespace {

using net::HttpOutcome;
using net::HttpRequest;

/// Larger than any other nonce of this process, whatever connection asks.
std::int64_t nextNonce(const Clock& clock) {
  static std::atomic<std::int64_t> last{0};
  const std::int64_t now = clock.now().ns;
  std::int64_t before = last.load();
  std::int64_t next = 0;
  do {
    next = std::max(now, before + 1);
  } while (!last.compare_exchange_weak(before, next));
  return next;
}

Error noAnswer(const HttpOutcome& outcome) {
  const std::string why = outcome.answered() ? "status " + std::to_string(outcome.status) : outcome.error;
  return Error{ErrorKind::Retryable, "venue.no_answer", why, 0};
}

/// See WireVenue. Thread: one caller at a time.
class WireConnection final : public VenueConnection {
 public:
  WireConnection(const Clock& clock, WireVenue::Options options, VenueListener& listener)
      : m_clock(clock),
        m_options(std::move(options)),
        m_listener(listener),
        m_http(m_options.endpoint, {std::max<std::size_t>(m_options.lines, 1), 16 * 1024, 16 * 1024 * 1024}) {}

  std::string_view venue() const override { return m_options.name; }
  VenueCapabilities capabilities() const override { return m_options.capabilities; }

  void place(const PlacementPermit&, const PlaceRequest& request) override {
    const Instrument& instrument = m_options.instruments->get(request.instrument);
    const HttpOutcome outcome = exchange("POST", "/orders", placeBody(request, instrument));
    OrderReport report = reportFor(request.clientId, request.instrument);
    if (outcome.sent == HttpOutcome::Sent::No) {
      report.kind = OrderReport::Kind::Absent;
      report.reason = "never sent: " + outcome.error;
      return m_listener.onReport(report);
    }
    if (!outcome.answered() || outcome.status >= 500) return sayUnknown(report, outcome);
    if (outcome.status != 200) {
      report.kind = OrderReport::Kind::Rejected;
      report.reason = "status " + std::to_string(outcome.status) + ": " + outcome.body.substr(0, 200);
      return m_listener.onReport(report);
    }
    const auto order = orderFrom(outcome.body, m_options.name, *m_options.instruments);
    if (!order) return sayUnknown(report, outcome);
    report.venueOrderId = order->venueOrderId;
    report.kind = order->state == OrderState::Rejected ? OrderReport::Kind::Rejected : OrderReport::Kind::Accepted;
    report.reason = order->reason;
    m_listener.onReport(report);
    if (!order->filled.isZero()) reportFills(*order);
  }

  void cancel(ClientOrderId clientId, InstrumentId instrument) override {
    const HttpOutcome outcome = exchange("POST", "/cancel", cancelBody(clientId));
    tellCancels(outcome, {{clientId, instrument}});
  }

  void cancelMany(const std::vector<CancelTarget>& targets, const CancelWritten& written) override {
    const auto batch = static_cast<std::size_t>(std::max(m_options.capabilities.cancelBatch, 1));
    std::vector<HttpRequest> requests;
    std::vector<std::vector<CancelTarget>> parts;
    for (std::size_t from = 0; from < targets.size(); from += batch) {
      const std::size_t to = std::min(from + batch, targets.size());
      parts.emplace_back(targets.begin() + static_cast<std::ptrdiff_t>(from),
                         targets.begin() + static_cast<std::ptrdiff_t>(to));
      std::vector<ClientOrderId> ids;
      for (const CancelTarget& target : parts.back()) ids.push_back(target.clientId);
      requests.push_back(batch > 1 ? signedRequest("POST", "/cancel-batch", cancelBatchBody(ids))
                                   : signedRequest("POST", "/cancel", cancelBody(ids.front())));
    }
    const auto outcomes = m_http.exchangeAll(requests, m_options.deadline, [&](std::size_t) {
      if (written) written();
    });
    for (std::size_t i = 0; i < outcomes.size(); ++i) tellCancels(outcomes[i], parts[i]);
  }

  void cancelAll() override {
    const HttpOutcome outcome = exchange("POST", "/cancel-all", "{}");
    if (!outcome.answered() || outcome.status != 200) return;
    const auto words = cancelsFrom(outcome.body);
    if (!words) return;  // a venue that counts only
    for (const CancelWord& word : *words) {
      OrderReport report = reportFor(word.clientId, {});
      report.kind = OrderReport::Kind::Cancelled;
      if (word.kind == CancelWord::Kind::Cancelled) m_listener.onReport(report);
    }
  }

  Result<AccountSnapshot> account() override {
    const HttpOutcome outcome = exchange("GET", "/account", "");
    if (!outcome.answered() || outcome.status != 200) return noAnswer(outcome);
    return accountFrom(outcome.body, m_options.name, *m_options.instruments);
  }

  Result<Order> order(ClientOrderId clientId) override {
    return orderOf(exchange("GET", "/orders/" + toString(clientId), ""));
  }

  std::vector<Result<Order>> orders(const std::vector<ClientOrderId>& ids) override {
    std::vector<HttpRequest> requests;
    requests.reserve(ids.size());
    for (const ClientOrderId& id : ids) requests.push_back(signedRequest("GET", "/orders/" + toString(id), ""));
    std::vector<Result<Order>> answers;
    for (const HttpOutcome& outcome : m_http.exchangeAll(requests, m_options.deadline))
      answers.push_back(orderOf(outcome));
    return answers;
  }

  // A cancel of an id that cannot exist: proves address, key and path, and changes nothing.
  Result<void> probe() override {
    if (auto open = m_http.warm(m_options.deadline); !open) return open;
    const HttpOutcome outcome = exchange("POST", "/cancel", cancelBody({}));
    if (!outcome.answered()) return noAnswer(outcome);
    const auto words =
        outcome.status == 200 ? cancelsFrom(outcome.body) : Result<std::vector<CancelWord>>(noAnswer(outcome));
    if (!words || words->size() != 1 || words->front().kind != CancelWord::Kind::NeverSeen)
      return finalError("venue.probe",
                        "the cancel of an unknown order was answered by status " + std::to_string(outcome.status));
    return {};
  }

  void close() override {
    m_http.close();
    m_options.secret = Secret();
  }

 private:
  Result<Order> orderOf(const HttpOutcome& outcome) const {
    if (outcome.answered() && outcome.status == 404)
      return finalError("venue.order_absent", "the venue does not know it");
    if (!outcome.answered() || outcome.status != 200) return noAnswer(outcome);
    return orderFrom(outcome.body, m_options.name, *m_options.instruments);
  }
  HttpRequest signedRequest(const char* method, const std::string& target, std::string body) {
    HttpRequest request{method, target, {}, std::move(body)};
    const std::string nonce = std::to_string(nextNonce(m_clock));
    request.headers = {{"X-Key", m_options.keyId},
                       {"X-Nonce", nonce},
                       {"X-Signature", sign(m_options.secret, method, target, nonce, request.body)}};
    return request;
  }
  HttpOutcome exchange(const char* method, const std::string& target, std::string body) {
    if (m_options.secret.empty()) return {HttpOutcome::Sent::No, 0, {}, "the connection was closed for good"};
    return m_http.exchange(signedRequest(method, target, std::move(body)), m_options.deadline);
  }
  OrderReport reportFor(ClientOrderId clientId, InstrumentId instrument) const {
    OrderReport report;
    report.venue = m_options.name;
    report.clientId = clientId;
    report.instrument = instrument;
    report.venueTime = m_clock.now();
    return report;
  }
  void sayUnknown(OrderReport& report, const HttpOutcome& outcome) {
    report.kind = OrderReport::Kind::Unknown;
    report.reason = noAnswer(outcome).detail;
    m_listener.onReport(report);
  }
  void tellCancels(const HttpOutcome& outcome, const std::vector<CancelTarget>& targets) {
    const auto words = outcome.answered() && outcome.status == 200 ? cancelsFrom(outcome.body)
                                                                   : Result<std::vector<CancelWord>>(noAnswer(outcome));
    for (const CancelTarget& target : targets) {
      OrderReport report = reportFor(target.clientId, target.instrument);
      report.kind = OrderReport::Kind::Unknown;
      report.reason = words ? "the answer does not name it" : words.error().detail;
      if (words) {
        for (const CancelWord& word : *words) {
          if (word.clientId != target.clientId) continue;
          const bool gone = word.kind == CancelWord::Kind::Cancelled;
          report.kind = gone ? OrderReport::Kind::Cancelled : OrderReport::Kind::CancelRejected;
          report.reason = gone                                   ? ""
                          : word.kind == CancelWord::Kind::Ended ? "it had ended"
                                                                 : "the venue does not know it";
        }
      }
      m_listener.onReport(report);
    }
  }
  // The answer to a placement names no trades; the account does.
  void reportFills(const Order& order) {
    const auto snapshot = account();
    if (!snapshot) return;
    Quantity sum;
    for (const Fill& fill : snapshot->recentFills) {
      if (fill.clientId != order.clientId) continue;
      sum = sum + fill.quantity;
      OrderReport report = reportFor(fill.clientId, fill.instrument);
      report.venueOrderId = order.venueOrderId;
      report.kind = OrderReport::Kind::Filled;
      report.fill = fill;
      m_listener.onReport(report);
    }
    if (order.state != OrderState::Cancelled) return;
    OrderReport ended = reportFor(order.clientId, order.instrument);
    ended.kind = OrderReport::Kind::Expired;
    ended.reason = order.reason;
    m_listener.onReport(ended);
  }

  const Clock& m_clock;
  WireVenue::Options m_options;
  VenueListener& m_listener;
  net::HttpClient m_http;
};

}  // namespace

std::unique_ptr<VenueConnection> WireVenue::connect(VenueListener& listener) {
  return std::make_unique<WireConnection>(m_clock, m_options, listener);
}

}  // namespace bw::wire_fake
