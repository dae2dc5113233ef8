// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/doctor.h"

#include <sys/statvfs.h>

#include <filesystem>
#include <iostream>

#include "app/cli/settings_for.h"
#include "core/api/control_socket.h"
#include "core/api/json_writer.h"
#include "core/journal/journal_reader.h"
#include "core/journal/latch.h"

namespace bw::cli {
namespace {

struct Finding {
  std::string subject;
  bool ok = true;
  std::string text;
};

Finding checkSettings(const Arguments& arguments, const app::Places& places) {
  auto settings = settingsFor(arguments, places);
  if (!settings) return {"settings", false, settings.error().detail};
  return {"settings", true,
          std::to_string(settings->files.size()) + " files read, " + std::to_string(settings->instruments.size()) +
              " instruments known"};
}

Finding checkSpace(const app::Places& places) {
  struct statvfs info {};
  if (::statvfs(places.dataDir.c_str(), &info) != 0) return {"disk", false, places.dataDir + ": cannot be examined"};
  const auto freeMb =
      static_cast<std::int64_t>(info.f_bavail) * static_cast<std::int64_t>(info.f_frsize) / (1024 * 1024);
  const bool ok = freeMb >= 512;
  return {"disk", ok,
          std::to_string(freeMb) + " MB free in " + places.dataDir +
              (ok ? "" : ": trading stops below 512 MB; free some space")};
}

std::vector<Finding> checkJournals(const app::Places& places) {
  std::vector<Finding> findings;
  for (const char* mode : {"sim", "paper"}) {
    if (!std::filesystem::exists(places.journalDir(mode))) continue;
    auto contents = journal::readJournal(places.journalDir(mode));
    if (!contents) {
      findings.push_back({"journal " + std::string(mode), false, contents.error().detail});
    } else {
      findings.push_back({"journal " + std::string(mode), true,
                          std::to_string(contents->records.size()) + " records, chain whole" +
                              (contents->torn ? "; " + contents->tornText : "")});
    }
  }
  return findings;
}

Finding checkLatch(const app::Places& places) {
  const auto latch = journal::Latch(places.dataDir).read();
  if (!latch) return {"emergency stop", true, "not latched"};
  return {"emergency stop", false,
          "stop " + std::to_string(latch->stopNumber) + " is latched (" + latch->trigger +
              "): 'bellwether-cli reset' ends it"};
}

Finding checkFonts() {
  for (const char* path : {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans.ttf"}) {
    if (std::filesystem::exists(path)) return {"fonts", true, "DejaVu is installed"};
  }
  return {"fonts", false, "DejaVu is missing: install the package fonts-dejavu-core"};
}

}  // namespace

int runDoctor(const Arguments& arguments) {
  auto places = app::findPlaces(arguments.profile, arguments.dataDir);
  if (!places) {
    std::cerr << places.error().detail << "\n";
    return kFailed;
  }
  std::vector<Finding> findings = {checkSettings(arguments, *places), checkSpace(*places), checkLatch(*places),
                                   checkFonts()};
  for (Finding& f : checkJournals(*places)) findings.push_back(std::move(f));
  const bool answers = api::askWorkstation(places->socketPath, {"status", {}}, Duration::seconds(2)).ok();
  findings.push_back({"workstation", true, answers ? "one is running" : "none is running"});
  bool allOk = true;
  for (const Finding& f : findings) allOk = allOk && f.ok;
  if (arguments.json) {
    api::JsonWriter json;
    json.beginObject().field("ok", allOk).key("findings").beginArray();
    for (const Finding& f : findings)
      json.beginObject().field("subject", f.subject).field("ok", f.ok).field("text", f.text).endObject();
    json.endArray().endObject();
    std::cout << json.text() << std::endl;
  } else {
    for (const Finding& f : findings) std::cout << (f.ok ? "ok    " : "WRONG ") << f.subject << ": " << f.text << "\n";
  }
  return allOk ? kDone : kFailed;
}

}  // namespace bw::cli
