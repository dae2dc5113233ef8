// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/desk_connection.h"

#include <utility>

#include "core/base/append_file.h"

namespace bw::matching {
namespace {

class DeskConnection final : public VenueConnection {
 public:
  DeskConnection(DeskHost& host, std::string venue, VenueListener& listener)
      : m_host(host),
        m_venue(std::move(venue)),
        m_number(host.connect(&listener, [&listener](const OrderReport& report) { listener.onReport(report); })) {}
  ~DeskConnection() override { m_host.disconnect(m_number); }
  DeskConnection(const DeskConnection&) = delete;
  DeskConnection& operator=(const DeskConnection&) = delete;

  std::string_view venue() const override { return m_venue; }
  VenueCapabilities capabilities() const override {
    VenueCapabilities c;
    c.stopOrders = c.takeProfitOrders = c.postOnly = c.reduceOnly = c.cancelAll = c.shortSelling = true;
    c.landsWithin = Duration{};  // what is under way is not answered as absent
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
  DeskHost& m_host;
  const std::string m_venue;
  const std::uint32_t m_number;
};

}  // namespace

std::unique_ptr<VenueConnection> connectTo(DeskHost& host, std::string venue, VenueListener& listener) {
  return std::make_unique<DeskConnection>(host, std::move(venue), listener);
}

Result<AccountImage> readAccountFile(const std::string& path, const InstrumentTable& instruments,
                                     std::string_view venue) {
  if (path.empty()) return AccountImage{};
  auto text = readWholeFile(path);
  if (!text) return text.error();
  if (text->empty()) return AccountImage{};
  auto image = readAccount(*text, instruments, venue);
  if (!image) return finalError(image.error().userKey, path + ": " + image.error().detail);
  return image;
}

}  // namespace bw::matching
