// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/venues/paper/paper_venue.h"

#include <utility>

#include "core/base/assert.h"
#include "core/matching/desk_connection.h"

namespace bw::paper {
namespace {

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
  auto image = matching::readAccountFile(options.accountFile, *options.instruments, options.name);
  if (!image) return image.error();
  if (image->goodBytes > 0) options.seed = image->seed;
  std::unique_ptr<PaperVenue> venue(new PaperVenue(clock, std::move(options)));
  const PaperOptions& kept = venue->m_options;
  if (!kept.accountFile.empty()) {
    if (auto opened = venue->m_file.open(kept.accountFile, *image, kept.instruments, kept.name); !opened)
      return opened.error();
  }
  venue->m_host.run([&](matching::VenueDesk& desk) {
    if (image->goodBytes == 0) desk.writer().header(kept.name, kept.seed);
    desk.restore(*image);
  });
  return venue;
}

std::unique_ptr<VenueConnection> PaperVenue::connect(VenueListener& listener) {
  return matching::connectTo(m_host, m_options.name, listener);
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
