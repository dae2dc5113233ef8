// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/account_file.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "core/disk/memory_disk.h"
#include "core/matching/desk_connection.h"
#include "tests/support/order_path.h"

namespace {

using namespace bw;
using matching::AccountFile;
using matching::AccountImage;
using test::dec;
using test::quantity;

constexpr const char* kAccountPath = "/venue/account.txt";
constexpr std::uint64_t kSmall = 64 * 1024;

AccountImage imageOn(MemoryDisk& disk) {
  std::string text;
  CHECK(disk.read(kAccountPath, text) == 0);
  auto image = matching::readAccount(text, *test::fakeInstruments(), "fake");
  REQUIRE(image);
  return *image;
}

/// One order of a busy account: placed, filled, ended; every tenth keeps resting.
std::string storyOf(std::uint64_t number, matching::AccountWriter& writer) {
  Order order;
  order.clientId = {number << 16 | 0x7000, number};
  order.venueOrderId = "P-" + std::to_string(number);
  order.instrument = {0};
  order.quantity = quantity("1");
  order.filledNotional = order.fees = Money::zero(Currency("USDT"));
  order.state = OrderState::Open;
  const Timestamp at = Timestamp::fromSeconds(static_cast<std::int64_t>(number));
  writer.order(at, order, false);
  Fill fill;
  fill.venueTradeId = "PT-" + std::to_string(number);
  fill.clientId = order.clientId;
  fill.venueOrderId = order.venueOrderId;
  fill.instrument = {0};
  fill.price = test::price("100");
  fill.quantity = quantity("1");
  fill.fee = Money(dec("0.01"), Currency("USDT"));
  fill.venueTime = at;
  writer.fill(fill);
  order.state = number % 1000 == 0 ? OrderState::Open : OrderState::Filled;
  writer.order(at, order, false);
  matching::VenuePosition position;
  position.instrument = {0};
  position.quantity = Quantity(Decimal::fromInteger(static_cast<std::int64_t>(number)));
  position.flow = position.basis = position.fees = position.funding = Money(dec("1"), Currency("USDT"));
  writer.position(at, position);
  writer.funding({"PU-" + std::to_string(number), {0}, Money(dec("-0.5"), Currency("USDT")), at});
  writer.counters(at, number, number, number, 1);
  return writer.take();
}

TEST_CASE("account file: what is kept reads back as the same account, and twice as the same text") {
  const Instruments instruments = test::fakeInstruments();
  matching::AccountWriter writer(instruments);
  writer.header("fake", 7);
  std::string text = writer.take();
  for (std::uint64_t n = 1; n <= 100; ++n) text += storyOf(n, writer);
  const auto image = matching::readAccount(text, *instruments, "fake");
  REQUIRE(image);
  const std::string compact = matching::compactText(*image, instruments, "fake");
  CHECK(compact.size() < text.size());
  const auto again = matching::readAccount(compact, *instruments, "fake");
  REQUIRE(again);
  CHECK(again->seed == 7);
  CHECK(again->orders == image->orders);
  CHECK(again->trades == image->trades);
  CHECK(again->draws == image->draws);
  CHECK(again->sessions == image->sessions);
  CHECK(again->time == image->time);
  CHECK(again->stored.size() == image->stored.size());
  CHECK(again->fills.size() == image->fills.size());
  CHECK(again->payments.size() == image->payments.size());
  CHECK(again->positions.at(0).quantity == quantity("100"));
  CHECK(matching::compactText(*again, instruments, "fake") == compact);
}

TEST_CASE("account file: however long a venue runs the file stays bounded and keeps what matters") {
  const Instruments instruments = test::fakeInstruments();
  MemoryDisk disk;
  CHECK(disk.makeDirectories("/venue") == 0);
  AccountFile file(kSmall);
  REQUIRE(file.open(kAccountPath, AccountImage{}, instruments, "fake", disk));
  matching::AccountWriter writer(instruments);
  writer.header("fake", 7);
  CHECK(file.append(writer.take()));
  std::uint64_t largest = 0;
  std::uint64_t written = 0;
  for (std::uint64_t n = 1; n <= 20'000; ++n) {
    const std::string story = storyOf(n, writer);
    written += story.size();
    CHECK(file.append(story));
    largest = std::max(largest, file.size());
  }
  MESSAGE("written ", written, " bytes, largest file ", largest);
  CHECK(largest < written / 2);
  CHECK(largest < 8'000'000);
  const AccountImage image = imageOn(disk);
  CHECK(image.seed == 7);
  CHECK(image.orders == 20'000);
  CHECK(image.positions.at(0).quantity == quantity("20000"));
  std::size_t live = 0;
  for (const auto& [number, stored] : image.stored) live += isTerminal(stored.order.state) ? 0 : 1;
  CHECK(live == 20);
  CHECK(image.fills.back().venueTradeId == "PT-20000");
  CHECK(image.fills.size() >= AccountFile::kFills);
  // Opened again it is written anew at once, if it has grown.
  const std::uint64_t before = file.size();
  AccountFile next(kSmall);
  REQUIRE(next.open(kAccountPath, image, instruments, "fake", disk));
  CHECK(next.size() <= before);
  CHECK(imageOn(disk).orders == 20'000);
}

TEST_CASE(
    "account file: the process dies, or the disk fails, at any operation of a rewrite, and one whole account is "
    "there") {
  const Instruments instruments = test::fakeInstruments();
  matching::AccountWriter writer(instruments);
  writer.header("fake", 7);
  std::string text = writer.take();
  for (std::uint64_t n = 1; n <= 20; ++n) text += storyOf(n, writer);
  for (const bool power : {false, true}) {
    for (std::uint64_t at = 1; at <= 8; ++at) {
      CAPTURE(at);
      MemoryDisk disk;
      CHECK(disk.makeDirectories("/venue") == 0);
      disk.put(kAccountPath, text);
      std::uint64_t count = 0;
      disk.setHook([&](MemoryDisk::Operation, const std::string&) { return ++count == at ? EIO : 0; });
      AccountFile file(1);
      const bool opened = bool(file.open(kAccountPath, imageOn(disk), instruments, "fake", disk));
      if (opened) static_cast<void>(file.append(storyOf(21, writer)));
      CHECK((opened || at <= 6));
      disk.setHook({});
      if (power) {
        disk.crash({MemoryDisk::Unsynced::Lost, 0, 0});
      } else {
        disk.crash({MemoryDisk::Unsynced::Kept, 0, 0});
      }
      const AccountImage image = imageOn(disk);
      CHECK(image.orders >= 20);
      CHECK(image.positions.at(0).quantity >= quantity("20"));
    }
  }
}

}  // namespace
