// SPDX-License-Identifier: GPL-3.0-or-later
// G24: secrets that went through a whole workstation are in none of its sinks, in no spelling.
#include <filesystem>
#include <fstream>
#include <type_traits>

#include "core/secrets/file_secret_store.h"
#include "core/secrets/memory_secret_store.h"
#include "tests/app/workstation_bench.h"

using namespace bw;
using bw::test::contains;
using bw::test::eventually;
using bw::test::WorkstationBench;

namespace {

// SE02: a secret cannot be shown by mistake. Each of these is a sentence that must not compile.
template <class T, class = void>
struct Streams : std::false_type {};
template <class T>
struct Streams<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T>())>> : std::true_type {};
template <class T, class = void>
struct Compares : std::false_type {};
template <class T>
struct Compares<T, std::void_t<decltype(std::declval<T>() == std::declval<T>())>> : std::true_type {};
static_assert(Streams<std::string>::value && !Streams<Secret>::value);
static_assert(Compares<std::string>::value && !Compares<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<std::string, Secret>);
static_assert(!std::is_constructible_v<std::string, Secret>);

std::string hexOf(const std::string& text, const char* digits) {
  std::string out;
  for (const char c : text) {
    out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(digits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::string base64Of(const std::string& text) {
  static const std::string kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at + 2 < text.size(); at += 3) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 3; ++i) value = value << 8 | static_cast<unsigned char>(text[at + i]);
    for (int shift = 18; shift >= 0; shift -= 6) out.push_back(kDigits[value >> shift & 63]);
  }
  return out;
}

std::string urlOf(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' || c == '~')
      out.push_back(c);
    else
      out += "%" + hexOf({1, c}, "0123456789ABCDEF");
  }
  return out;
}

/// A secret and every way in which it could appear.
struct Canary {
  explicit Canary(std::string text) : value(std::move(text)) {
    forms = {value, hexOf(value, "0123456789abcdef"), hexOf(value, "0123456789ABCDEF"), urlOf(value)};
    // Whatever stands before it shifts base64 by one of three; the ends depend on the neighbours.
    for (std::size_t cut = 0; cut < 3; ++cut) {
      const std::string whole = value.substr(cut, (value.size() - cut) / 3 * 3);
      forms.push_back(base64Of(whole));
      std::string url = forms.back();
      for (char& c : url) c = c == '+' ? '-' : c == '/' ? '_' : c;
      forms.push_back(url);
    }
  }
  std::string foundIn(const std::string& text) const {
    for (const std::string& form : forms)
      if (contains(text, form)) return form;
    return "";
  }
  std::string value;
  std::vector<std::string> forms;
};

std::string fileText(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("G24: the scan itself finds every spelling") {
  const Canary canary("Ky+7/aZ9?q=secret&K3y~value");
  for (const std::string& form : canary.forms) CHECK_FALSE(canary.foundIn("before " + form + " behind").empty());
  CHECK_FALSE(canary.foundIn("key=" + base64Of("xx" + canary.value + "yyyy")).empty());
  CHECK(canary.foundIn("nothing of the kind").empty());
}

TEST_CASE("G24: no secret of a session is in its log, journal, tables, files, answers or errors") {
  const Canary key("Ky+7/aZ9?q=venue-secret&K3y~value");
  const Canary phrase("Pass phrase+of/the=person%42 long");
  std::vector<std::string> texts;
  const auto note = [&](const auto& result) {
    if (!result.ok()) texts.push_back(result.error().userKey + result.error().detail);
  };
  WorkstationBench bench;
  bench.start();
  secrets::FileSecretStore::Options options;
  options.path = bench.dir() / "secrets.bws";
  options.costLog2 = 12;
  {
    auto store = secrets::FileSecretStore::open(options, Secret(phrase.value));
    REQUIRE(store.ok());
    REQUIRE((*store)->write("fake.key", Secret(key.value)).ok());
    REQUIRE((*store)->read("fake.key").ok());
    note((*store)->read("fake.other"));
    (*store)->lock();
    note((*store)->write("fake.key", Secret(key.value)));
    note(secrets::FileSecretStore::open(options, Secret(key.value)));
    secrets::MemorySecretStore memory;
    REQUIRE(memory.write("fake.key", Secret(key.value)).ok());
    note(memory.read("fake.none"));
  }
  CHECK(texts.size() == 4);
  REQUIRE(bench.reaches(SessionState::Trading));
  // A person pastes a key where a phrase is asked for: it is judged, not repeated.
  texts.push_back(bench.ask("emergency-stop"));
  const std::string socket = bench.workstation().places().socketPath;
  const auto answer = api::askWorkstation(socket, {"reset", {{"phrase", key.value}, {"cause", "the test resets it"}}},
                                          Duration::seconds(10));
  texts.push_back(answer ? *answer : answer.error().detail);
  for (const char* verb : {"status", "pause", "resume", "start"}) texts.push_back(bench.ask(verb));
  const std::string root = bench.dir().path();
  bench.workstation().stop();
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    files += 1;
    texts.push_back(fileText(entry.path()));
    CAPTURE(entry.path().string());
    CHECK(key.foundIn(texts.back()).empty());
    CHECK(phrase.foundIn(texts.back()).empty());
  }
  CHECK(files > 4);
  for (const std::string& text : texts) {
    CHECK(key.foundIn(text).empty());
    CHECK(phrase.foundIn(text).empty());
  }
}

}  // namespace
