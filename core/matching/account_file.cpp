// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/matching/account_file.h"

#include <algorithm>
#include <vector>

namespace bw::matching {
namespace {

constexpr std::uint64_t kGrowth = 4;

template <class T>
std::size_t skipped(const std::vector<T>& all, std::size_t kept) {
  return all.size() > kept ? all.size() - kept : 0;
}

}  // namespace

std::string compactText(const AccountImage& image, const Instruments& instruments, std::string_view venue) {
  AccountWriter writer(instruments);
  writer.header(venue, image.seed);
  std::vector<const AccountImage::StoredOrder*> ended;
  std::vector<const AccountImage::StoredOrder*> kept;
  for (const auto& [number, stored] : image.stored) (isTerminal(stored.order.state) ? ended : kept).push_back(&stored);
  std::stable_sort(ended.begin(), ended.end(),
                   [](const auto* a, const auto* b) { return a->order.updatedAt < b->order.updatedAt; });
  kept.insert(kept.end(), ended.begin() + static_cast<std::ptrdiff_t>(skipped(ended, AccountFile::kEnded)),
              ended.end());
  for (const auto* stored : kept) writer.order(stored->order.updatedAt, stored->order, stored->triggered);
  for (std::size_t i = skipped(image.fills, AccountFile::kFills); i < image.fills.size(); ++i)
    writer.fill(image.fills[i]);
  for (std::size_t i = skipped(image.payments, AccountFile::kPayments); i < image.payments.size(); ++i)
    writer.funding(image.payments[i]);
  for (const auto& [id, position] : image.positions) writer.position(position.updatedAt, position);
  for (const auto& [id, mid] : image.mids) writer.mid(image.time, InstrumentId{id}, mid);
  writer.counters(image.time, image.orders, image.trades, image.draws, image.sessions);
  return writer.take();
}

Result<void> AccountFile::open(const std::string& path, const AccountImage& image, Instruments instruments,
                               std::string venue, FileSystem& disk) {
  m_path = path;
  m_instruments = std::move(instruments);
  m_venue = std::move(venue);
  m_disk = &disk;
  m_nextRewrite = m_rewriteFrom;
  // Symbols that this session does not have would be lost.
  if (image.goodBytes >= m_rewriteFrom && image.unknownSymbols == 0) return rewrite(image);
  if (auto opened = m_file.open(path, image.goodBytes, disk); !opened) return opened.error();
  m_size = image.goodBytes;
  return {};
}

Result<void> AccountFile::rewrite(const AccountImage& image) {
  const std::string text = compactText(image, m_instruments, m_venue);
  const std::string beside = m_path + ".new";
  const auto failed = [&](const char* what, DiskCode code) {
    return finalError("file.write", diskText(what, beside, code));
  };
  {
    FileSystem::Opened opened = m_disk->open(beside, FileSystem::Open::Truncate);
    if (opened.code != 0) return failed("open for writing", opened.code);
    if (const DiskCode code = opened.file->writeAt(0, text); code != 0) return failed("write", code);
    if (const DiskCode code = opened.file->sync(); code != 0) return failed("write", code);
  }
  if (const DiskCode code = m_disk->rename(beside, m_path); code != 0) return failed("rename", code);
  static_cast<void>(m_disk->syncDirectory(parentDirectory(m_path)));
  m_size = text.size();
  m_nextRewrite = std::max(m_rewriteFrom, m_size * kGrowth);
  m_file = AppendFile();  // of the old file, which has no name any more
  return m_file.open(m_path, m_size, *m_disk);
}

void AccountFile::shrink() {
  m_nextRewrite = m_size + m_rewriteFrom;
  auto text = readWholeFile(m_path, *m_disk);
  if (!text) return;
  const auto image = readAccount(*text, *m_instruments, m_venue);
  if (!image || image->tornBytes != 0 || image->unknownSymbols != 0) return;
  static_cast<void>(rewrite(*image));
}

bool AccountFile::append(std::string_view groups) {
  if (!m_file.append(groups)) return false;
  m_size += groups.size();
  if (m_size >= m_nextRewrite) shrink();
  return true;
}

}  // namespace bw::matching
