// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "core/replay/read_ahead.h"

using namespace bw;

namespace {

/// Numbered bytes in pieces of uneven size, then an error.
class UnevenSource final : public replay::ByteSource {
 public:
  explicit UnevenSource(std::size_t size) : m_size(size) {}
  static char byteAt(std::size_t at) { return static_cast<char>(at * 31 + at / 65'536); }
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = std::min({size, m_size - m_at, 1 + m_at * 7 % 100'000});
    for (std::size_t i = 0; i < count; ++i) out[i] = byteAt(m_at + i);
    m_at += count;
    if (count == 0) m_error = "the end of " + std::to_string(m_at);
    return count;
  }
  std::string error() const override { return m_error; }

 private:
  std::size_t m_size;
  std::size_t m_at = 0;
  std::string m_error;
};

std::string readAll(replay::ByteSource& source, std::size_t atMost) {
  std::string out;
  std::string block(70'001, '\0');
  while (out.size() < atMost) {
    const std::size_t got = source.read(block.data(), block.size());
    if (got == 0) break;
    out.append(block, 0, got);
  }
  return out;
}

}  // namespace

TEST_CASE("bytes read ahead are the same bytes, and the error comes with the end") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5'000}, std::size_t{9'000'000}}) {
    CAPTURE(size);
    const auto source = replay::readAhead(std::make_unique<UnevenSource>(size));
    const std::string all = readAll(*source, size + 1);
    REQUIRE(all.size() == size);
    bool same = true;
    for (std::size_t i = 0; i < size; ++i) same = same && all[i] == UnevenSource::byteAt(i);
    CHECK(same);
    CHECK(source->error() == "the end of " + std::to_string(size));
    char more = 0;
    CHECK(source->read(&more, 1) == 0);
  }
}

TEST_CASE("a source that reads ahead ends while it is full") {
  for (int round = 0; round < 20; ++round) {
    const auto source = replay::readAhead(std::make_unique<UnevenSource>(9'000'000));
    CHECK(readAll(*source, 2'500'000).size() >= 2'500'000);
    CHECK(source->error().empty());
  }
}
