// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/recording_feed.h"

#include <algorithm>
#include <map>
#include <memory>

#include "core/domain/l2_book.h"
#include "core/replay/formats.h"

namespace bw::replay {
namespace {

constexpr std::size_t kSample = 64 * 1024;

// Gives back first what was read for the sample.
class PrefixedSource final : public ByteSource {
 public:
  PrefixedSource(std::string prefix, std::unique_ptr<ByteSource> rest)
      : m_prefix(bytesFromMemory(std::move(prefix))), m_rest(std::move(rest)) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t got = m_prefix->read(out, size);
    return got != 0 ? got : m_rest->read(out, size);
  }
  std::string error() const override { return m_rest->error(); }

 private:
  std::unique_ptr<ByteSource> m_prefix;
  std::unique_ptr<ByteSource> m_rest;
};

std::string knownFormats() {
  std::string names;
  for (const Format& format : formats()) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

std::string readSample(ByteSource& bytes) {
  std::string sample(kSample, '\0');
  std::size_t held = 0;
  while (held < sample.size()) {
    const std::size_t got = bytes.read(sample.data() + held, sample.size() - held);
    if (got == 0) break;
    held += got;
  }
  sample.resize(held);
  return sample;
}

// Follows the books through what a seek passes over.
class SkippedBooks final : public MarketSink {
 public:
  explicit SkippedBooks(const std::vector<Instrument>& instruments) : m_instruments(instruments) {}
  void onBook(const BookDelta& delta) override {
    auto& book = m_books[delta.instrument];
    if (!book) book = std::make_unique<L2Book>(m_instruments.at(delta.instrument.value));
    book->apply(delta);
  }
  void onBbo(const BboUpdate& bbo) override { m_bbos[bbo.instrument] = bbo; }
  void onTrade(const TradePrint&) override {}
  void onCandle(const Candle&) override {}
  void onStatus(const FeedStatus&) override {}

  void collect(std::vector<BookDelta>& books, std::vector<BboUpdate>& bbos) const {
    for (const auto& [id, book] : m_books) {
      if (book->synced()) {
        books.push_back(book->toSnapshot());
      } else {
        books.insert(books.end(), book->buffered().begin(), book->buffered().end());
      }
    }
    for (const auto& [id, bbo] : m_bbos) bbos.push_back(bbo);
  }

 private:
  const std::vector<Instrument>& m_instruments;
  std::map<InstrumentId, std::unique_ptr<L2Book>> m_books;
  std::map<InstrumentId, BboUpdate> m_bbos;
};

}  // namespace

Result<OpenedParts> openReaders(const std::string& path, SymbolMap& symbols) {
  auto parts = openParts(path);
  if (!parts) return parts.error();
  OpenedParts out;
  for (RecordingPart& part : *parts) {
    std::string head = readSample(*part.bytes);
    const Sample sample{head, part.name, path};
    const Format* format = recognise(sample);
    if (format == nullptr) {
      const std::string error = part.bytes->error();
      out.unreadable.push_back(
          part.name +
          (head.empty() ? std::string(": nothing can be read") : ": of no known format; known are " + knownFormats()) +
          (error.empty() ? "" : " (" + error + ")"));
      continue;
    }
    out.format = format->name;
    out.noBookReason = format->noBookReason;
    auto bytes = std::make_unique<PrefixedSource>(head, std::move(part.bytes));
    out.readers.push_back(format->make(std::move(bytes), symbols, sample));
  }
  if (!out.readers.empty()) return out;
  if (out.unreadable.empty()) return finalError("recording.nothing", path + ": holds no file");
  return finalError("recording.format", path + ": " + out.unreadable.front());
}

RecordingFeed::RecordingFeed(std::string path, std::vector<Instrument> instruments, std::unique_ptr<SymbolMap> symbols,
                             OpenedParts parts)
    : m_path(std::move(path)),
      m_symbols(std::move(symbols)),
      m_instruments(std::move(instruments)),
      m_parts(std::move(parts)) {
  if (const SymbolEntry* first = m_symbols->first()) m_venue = first->venue();
}

RecordReader* RecordingFeed::earliest(Timestamp& time) {
  RecordReader* found = nullptr;
  time = Timestamp::never();
  for (const auto& reader : m_parts.readers) {
    const Timestamp next = reader->nextTime();
    if (next < time) {
      time = next;
      found = reader.get();
    }
  }
  return found;
}

Timestamp RecordingFeed::nextTime() {
  if (m_there != Timestamp::never()) return m_there;
  if (m_parts.readers.size() == 1) return m_parts.readers.front()->nextTime();
  Timestamp time;
  earliest(time);
  return time;
}

void RecordingFeed::tellFindings(MarketSink& sink) {
  std::vector<std::string> findings;
  for (const auto& reader : m_parts.readers) {
    if (reader->hasFindings()) reader->takeFindings(findings);
  }
  findings.insert(findings.end(), m_parts.unreadable.begin(), m_parts.unreadable.end());
  m_parts.unreadable.clear();
  for (std::string& text : findings) {
    FeedStatus status;
    status.venue = m_venue;
    status.state = FeedStatus::State::Live;
    status.detail = std::move(text);
    sink.onStatus(status);
  }
}

void RecordingFeed::poll(Timestamp until, MarketSink& sink) {
  if (m_there != Timestamp::never() && m_there <= until) {
    m_there = Timestamp::never();
    for (const BookDelta& delta : m_bookThere) sink.onBook(delta);
    for (const BboUpdate& bbo : m_bboThere) sink.onBbo(bbo);
    m_bookThere.clear();
    m_bboThere.clear();
  }
  if (m_there != Timestamp::never()) return;
  if (m_parts.readers.size() == 1) {
    RecordReader& reader = *m_parts.readers.front();
    for (Timestamp next = reader.nextTime(); next <= until && next != Timestamp::never(); next = reader.nextTime()) {
      reader.deliver(sink);
    }
  } else {
    Timestamp time;
    for (RecordReader* reader = earliest(time); reader != nullptr && time <= until; reader = earliest(time)) {
      reader->deliver(sink);
    }
  }
  tellFindings(sink);
}

FeedStats RecordingFeed::stats() const {
  FeedStats out;
  for (const auto& reader : m_parts.readers) {
    const FeedStats& part = reader->stats();
    out.events += part.events;
    out.bookUpdates += part.bookUpdates;
    out.bboUpdates += part.bboUpdates;
    out.trades += part.trades;
    out.other += part.other;
    if (out.badLines == 0 && part.badLines != 0) {
      out.firstBadLine = part.firstBadLine;
      out.firstBadText = part.firstBadText;
    }
    out.badLines += part.badLines;
    out.truncated = out.truncated || part.truncated;
  }
  return out;
}

Result<void> RecordingFeed::seek(Timestamp when) {
  auto parts = openReaders(m_path, *m_symbols);
  if (!parts) return parts.error();
  m_parts = std::move(*parts);
  m_parts.unreadable.clear();
  SkippedBooks books(m_instruments);
  Timestamp time;
  for (RecordReader* reader = earliest(time); reader != nullptr && time < when; reader = earliest(time)) {
    reader->deliver(books);
  }
  std::vector<std::string> passed;
  for (const auto& reader : m_parts.readers) reader->takeFindings(passed);
  m_bookThere.clear();
  m_bboThere.clear();
  books.collect(m_bookThere, m_bboThere);
  m_there = m_bookThere.empty() && m_bboThere.empty() ? Timestamp::never() : when;
  return {};
}

}  // namespace bw::replay
