// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/paper/paper_venue.h"

#include <utility>

#include "core/base/assert.h"

namespace bw::paper {
namespace {

class PaperConnection final : public VenueConnection {
 public:
  PaperConnection(matching::DeskHost& host, std::string venue, VenueListener& listener)
      : m_host(host),
        m_venue(std::move(venue)),
        m_number(host.connect(&listener, [&listener](const OrderReport& report) { listener.onReport(report); })) {}
  ~PaperConnection() override { m_host.disconnect(m_number); }
  PaperConnection(const PaperConnection&) = delete;
  PaperConnection& operator=(const PaperConnection&) = delete;

  std::string_view venue() const override { return m_venue; }
  VenueCapabilities capabilities() const override {
    VenueCapabilities c;
    c.stopOrders = c.takeProfitOrders = c.postOnly = c.reduceOnly = c.cancelAll = c.shortSelling = true;
    return c;
  }
  void place(const PlacementPermit&, const PlaceRequest& request) override { m_host.place(m_number, orderOf(request)); }
  void cancel(ClientOrderId clientId, InstrumentId instrument) override {
    m_host.cancel(m_number, clientId, instrument);
  }
  void cancelAll() override { m_host.cancelAll(m_number); }
  Result<AccountSnapshot> account() override { return m_host.account(); }
  Result<Order> order(ClientOrderId clientId) override { return m_host.order(clientId); }

 private:
  matching::DeskHost& m_host;
  std::string m_venue;
  std::uint32_t m_number;
};

matching::DeskOptions deskOptions(const PaperOptions& options) {
  matching::DeskOptions desk;
  desk.venue = options.name;
  desk.prefix = std::string(1, 'P');
  matching::takeCommonOptions(desk, options);
  return desk;
}

}  // namespace

PaperVenue::PaperVenue(const Clock& clock, PaperOptions options)
    : m_options(std::move(options)), m_host(clock, deskOptions(m_options), [this](std::string_view text) {
        return !m_file.isOpen() || m_file.append(text);
      }) {
  m_books.resize(m_options.instruments->size());
  m_host.run([&](matching::VenueDesk& desk) {
    for (const InstrumentId id : m_options.active) {
      m_books[id.value] = std::make_unique<matching::PaperBook>(m_options.instruments->get(id), desk);
      desk.setBackend(id, *m_books[id.value]);
    }
  });
}

Result<std::unique_ptr<PaperVenue>> PaperVenue::open(const Clock& clock, PaperOptions options) {
  BW_ASSERT(options.instruments != nullptr);
  if (options.active.empty()) {
    for (const Instrument& i : *options.instruments) options.active.push_back(i.id);
  }
  matching::AccountImage image;
  std::string text;
  if (!options.accountFile.empty()) {
    auto read = readWholeFile(options.accountFile);
    if (!read) return read.error();
    text = std::move(*read);
    if (!text.empty()) {
      auto parsed = matching::readAccount(text, *options.instruments, options.name);
      if (!parsed) return finalError(parsed.error().userKey, options.accountFile + ": " + parsed.error().detail);
      image = std::move(*parsed);
      if (image.goodBytes > 0) options.seed = image.seed;
    }
  }
  std::unique_ptr<PaperVenue> venue(new PaperVenue(clock, std::move(options)));
  const PaperOptions& kept = venue->m_options;
  if (!kept.accountFile.empty()) {
    if (auto opened = venue->m_file.open(kept.accountFile, image.goodBytes); !opened) return opened.error();
  }
  venue->m_host.run([&](matching::VenueDesk& desk) {
    if (image.goodBytes == 0) desk.writer().header(kept.name, kept.seed);
    desk.restore(image);
  });
  return venue;
}

std::unique_ptr<VenueConnection> PaperVenue::connect(VenueListener& listener) {
  return std::make_unique<PaperConnection>(m_host, m_options.name, listener);
}

void PaperVenue::advance(Timestamp now) {
  m_host.run([&](matching::VenueDesk& desk) { desk.advance(now); });
}

template <class Apply>
void PaperVenue::market(Timestamp now, InstrumentId id, Apply&& apply) {
  matching::PaperBook* book = bookOf(id);
  if (book == nullptr) return;
  m_host.run([&](matching::VenueDesk& desk) {
    desk.advance(now);
    apply(*book);
    if (desk.interested(id)) desk.afterMarket(id);
  });
}

void PaperVenue::onBook(const BookDelta& delta) {
  market(delta.receivedTime, delta.instrument, [&](matching::PaperBook& book) { book.onBook(delta); });
}

void PaperVenue::onBbo(const BboUpdate& bbo) {
  market(bbo.receivedTime, bbo.instrument, [&](matching::PaperBook& book) { book.onBbo(bbo); });
}

void PaperVenue::onTrade(const TradePrint& trade) {
  market(trade.receivedTime, trade.instrument, [&](matching::PaperBook& book) { book.onTrade(trade); });
}

void PaperVenue::marketLost(StaleReason reason, Timestamp since) {
  m_host.run([&](matching::VenueDesk&) {
    for (const auto& book : m_books) {
      if (book != nullptr) book->marketLost(reason, since);
    }
  });
}

void PaperVenue::applyFunding(Timestamp now, InstrumentId id, const Ratio& rate) {
  m_host.run([&](matching::VenueDesk& desk) { desk.applyFunding(now, id, rate); });
}

std::optional<Lots> PaperVenue::queueAhead(const ClientOrderId& clientId) {
  std::optional<Lots> ahead;
  m_host.run([&](matching::VenueDesk& desk) {
    const auto order = desk.order(clientId);
    if (!order) return;
    if (const matching::PaperBook* book = bookOf(order->instrument)) {
      ahead = book->ahead(matching::orderNumber(order->venueOrderId));
    }
  });
  return ahead;
}

}  // namespace bw::paper
