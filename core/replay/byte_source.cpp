// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/replay/byte_source.h"

#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "core/base/assert.h"
#include "core/replay/read_ahead.h"

namespace bw::replay {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

class PlainSource final : public ByteSource {
 public:
  explicit PlainSource(FileHandle file) : m_file(std::move(file)) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t got = std::fread(out, 1, size, m_file.get());
    m_at += got;
    if (got == 0 && std::ferror(m_file.get()) != 0) {
      m_error = "the disk stops answering at byte " + std::to_string(m_at);
    }
    return got;
  }
  std::string error() const override { return m_error; }

 private:
  FileHandle m_file;
  std::uint64_t m_at = 0;
  std::string m_error;
};

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(FileHandle file) : m_file(std::move(file)), m_in(kInput) {
    // 15 + 16: a gzip header and a 32 KiB window.
    BW_ASSERT(inflateInit2(&m_stream, 15 + 16) == Z_OK);
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  ~GzipSource() override { inflateEnd(&m_stream); }

  std::size_t read(char* out, std::size_t size) override {
    m_stream.next_out = reinterpret_cast<Bytef*>(out);
    m_stream.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1U << 30));
    const uInt wanted = m_stream.avail_out;
    while (m_stream.avail_out == wanted && !m_done) step();
    return wanted - m_stream.avail_out;
  }
  std::string error() const override { return m_error; }

 private:
  static constexpr std::size_t kInput = 128 * 1024;

  void step() {
    if (m_stream.avail_in == 0 && !refill()) {
      if (m_inside) fail("ends in the middle of the compressed stream: the file is cut off");
      m_done = true;
      return;
    }
    const int code = inflate(&m_stream, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      // Another member may follow.
      m_inside = false;
      BW_ASSERT(inflateReset(&m_stream) == Z_OK);
      if (m_stream.avail_in == 0 && !refill()) m_done = true;
    } else if (code == Z_OK) {
      m_inside = true;
    } else if (code == Z_DATA_ERROR && !m_inside && m_stream.total_in <= 2) {
      fail("bytes that are no gzip follow the compressed stream");
    } else if (code != Z_BUF_ERROR) {
      const std::string_view why = m_stream.msg == nullptr ? "damaged" : m_stream.msg;
      fail(why == "incorrect data check" ? std::string("its checksum does not match: the file is damaged before here")
                                         : "the compressed stream is damaged (" + std::string(why) + ")");
    }
  }
  bool refill() {
    const std::size_t got = std::fread(m_in.data(), 1, m_in.size(), m_file.get());
    m_fileAt += got;
    m_stream.next_in = m_in.data();
    m_stream.avail_in = static_cast<uInt>(got);
    return got != 0;
  }
  void fail(const std::string& why) {
    m_error = "byte " + std::to_string(m_fileAt - m_stream.avail_in) + ": " + why;
    m_done = true;
  }

  FileHandle m_file;
  std::vector<Bytef> m_in;
  z_stream m_stream{};
  std::uint64_t m_fileAt = 0;
  bool m_inside = false;
  bool m_done = false;
  std::string m_error;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string data) : m_data(std::move(data)) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = std::min(size, m_data.size() - m_at);
    std::memcpy(out, m_data.data() + m_at, count);
    m_at += count;
    return count;
  }
  std::string error() const override { return {}; }

 private:
  std::string m_data;
  std::size_t m_at = 0;
};

class ZipArchive {
 public:
  explicit ZipArchive(zip_t* archive) : m_archive(archive) {}
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ~ZipArchive() { zip_discard(m_archive); }
  zip_t* get() const { return m_archive; }

 private:
  zip_t* m_archive;
};

class ZipSource final : public ByteSource {
 public:
  ZipSource(std::shared_ptr<ZipArchive> archive, zip_uint64_t index, std::string name)
      : m_archive(std::move(archive)),
        m_name(std::move(name)),
        m_file(zip_fopen_index(m_archive->get(), index, ZIP_FL_UNCHANGED)) {
    if (m_file == nullptr) m_error = m_name + ": cannot be unpacked: " + zip_strerror(m_archive->get());
  }
  ZipSource(const ZipSource&) = delete;
  ZipSource& operator=(const ZipSource&) = delete;
  ~ZipSource() override {
    if (m_file != nullptr) zip_fclose(m_file);
  }
  std::size_t read(char* out, std::size_t size) override {
    if (m_file == nullptr || !m_error.empty()) return 0;
    const zip_int64_t got = zip_fread(m_file, out, size);
    if (got < 0) {
      m_error = m_name + ", unpacked byte " + std::to_string(m_at) + ": " + zip_file_strerror(m_file);
      return 0;
    }
    m_at += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  std::string error() const override { return m_error; }

 private:
  std::shared_ptr<ZipArchive> m_archive;
  std::string m_name;
  zip_file_t* m_file;
  std::uint64_t m_at = 0;
  std::string m_error;
};

std::string baseName(const std::string& path) {
  const auto slash = path.find_last_of('/');
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.size() > 3 && name.compare(name.size() - 3, 3, ".gz") == 0) name.resize(name.size() - 3);
  return name;
}

Result<std::vector<RecordingPart>> openZip(const std::string& path) {
  int code = 0;
  zip_t* opened = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (opened == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return finalError("recording.zip", path + ": the zip directory cannot be read (" + why + "): get the file again");
  }
  const auto archive = std::make_shared<ZipArchive>(opened);
  std::vector<std::pair<std::string, zip_uint64_t>> entries;
  const zip_int64_t count = zip_get_num_entries(opened, ZIP_FL_UNCHANGED);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(opened, static_cast<zip_uint64_t>(i), ZIP_FL_UNCHANGED);
    if (name == nullptr || name[0] == '\0' || name[std::strlen(name) - 1] == '/') continue;
    entries.emplace_back(name, static_cast<zip_uint64_t>(i));
  }
  std::sort(entries.begin(), entries.end());
  std::vector<RecordingPart> parts;
  for (const auto& [name, index] : entries) {
    parts.push_back({baseName(name), std::make_unique<ZipSource>(archive, index, name)});
  }
  return parts;
}

}  // namespace

Result<std::vector<RecordingPart>> openParts(const std::string& path) {
  FileHandle file(std::fopen(path.c_str(), "rbe"));
  const auto refuse = [&](const std::string& why) { return finalError("recording.open", path + ": " + why); };
  if (!file) return refuse(std::strerror(errno));
  unsigned char magic[4] = {};
  const std::size_t got = std::fread(magic, 1, sizeof magic, file.get());
  if (std::ferror(file.get()) != 0) return refuse(std::strerror(errno));
  if (got == 4 && std::memcmp(magic, "PK\3\4", 4) == 0) return openZip(path);
  std::rewind(file.get());
  std::vector<RecordingPart> parts;
  if (got >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
    parts.push_back({baseName(path), readAhead(std::make_unique<GzipSource>(std::move(file)))});
  } else {
    parts.push_back({baseName(path), std::make_unique<PlainSource>(std::move(file))});
  }
  return parts;
}

std::unique_ptr<ByteSource> bytesFromMemory(std::string data) {
  return std::make_unique<MemorySource>(std::move(data));
}

}  // namespace bw::replay
