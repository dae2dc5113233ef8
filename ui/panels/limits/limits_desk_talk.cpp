// SPDX-License-Identifier: GPL-3.0-or-later
// What the limits panel asks of the desk. Every question is asked on a thread of its own; the answer comes back here.
#include <QFile>
#include <QFileDialog>
#include <QPushButton>
#include <QSaveFile>
#include <QStackedWidget>

#include <algorithm>

#include "core/base/clock.h"
#include "ui/format/format.h"
#include "ui/panels/common/panel_text.h"
#include "ui/panels/limits/limit_history_page.h"
#include "ui/panels/limits/limit_review_page.h"
#include "ui/panels/limits/limit_row.h"
#include "ui/panels/limits/limit_text.h"
#include "ui/panels/limits/limits_panel.h"
#include "ui/panels/limits/what_if_view.h"

namespace bw::ui {

namespace {

constexpr qint64 kLargestFile = 1 << 20;

LimitReview plainReview(const char* channel, std::string reason) {
  return {"person", channel, std::move(reason), {}};
}

QString keyList(const std::vector<std::string>& keys) {
  QStringList names;
  for (const auto& key : keys) names << limitTitle(key);
  return names.join(QStringLiteral(", "));
}

}  // namespace

void LimitsPanel::load() {
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk]() -> BackgroundJobs::Then {
    auto fields = desk.fields();
    const std::uint64_t version = desk.version();
    std::string hash = desk.configHash();
    return [this, fields = std::move(fields), version, hash = std::move(hash)] { takeFields(fields, version, hash); };
  });
}

void LimitsPanel::draftChanged() {
  ++m_question;
  m_proposalFits = false;
  m_answer.reset();
  for (LimitRow* each : m_rows) each->setDraft(m_draft.find(each->key()));
  askProposal();
  m_whatIfDeadline.stop();
  if (m_draft.empty()) {
    m_whatIfDelay.stop();
    m_whatIf->showNothing();
  } else {
    m_whatIfDelay.start();
  }
}

void LimitsPanel::askProposal() {
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk, edits = m_draft.edits(), question = m_question]() -> BackgroundJobs::Then {
    auto proposal = desk.propose(edits);
    return [this, proposal = std::move(proposal), question] {
      if (question == m_question) takeProposal(proposal);
    };
  });
}

void LimitsPanel::takeProposal(LimitProposal proposal) {
  m_proposal = std::move(proposal);
  m_proposalFits = true;
  showVerdicts();
  showSummary();
  m_whatIf->setProposal(m_proposal);
  m_review->setProposal(m_proposal, m_version);
  m_review->setWhatIf(m_answer ? &*m_answer : nullptr);
  if (m_pages->currentIndex() == static_cast<int>(Page::Review) && !m_proposal.loosens) showPage(Page::Fields);
}

void LimitsPanel::askWhatIf() {
  LimitDesk& desk = *m_desk;
  m_whatIfDeadline.start();
  const int days = m_whatIf->days();
  m_slowJobs->post([this, &desk, edits = m_draft.edits(), question = m_question, days]() -> BackgroundJobs::Then {
    auto answer = desk.whatIf(edits, days);
    return [this, answer = std::move(answer), question] {
      if (question != m_question) return;
      m_whatIfDeadline.stop();
      if (!answer) return m_whatIf->showProblem(tr("No look back: %1").arg(textOf(answer.error().detail)));
      m_answer = *answer;
      m_whatIf->showAnswer(*answer);
      m_review->setWhatIf(&*m_answer);
    };
  });
}

void LimitsPanel::handIn(const QString& key) {
  if (!m_proposalFits) return;
  for (const LimitDiffRow& each : m_proposal.rows) {
    if (textOf(each.key) != key || !each.error.empty()) continue;
    if (each.direction == LimitDirection::Looser) return openReview();
    if (each.direction != LimitDirection::Tighter) return;
    if (each.actsNow)
      return say(tr("%1 %2: press Apply to do it.").arg(limitTitle(each.key), textOf(each.effect)), "warn");
    return apply({{each.key, each.after}}, plainReview("window", "tightened in the window"));
  }
}

void LimitsPanel::applyTightening() {
  if (!m_apply->isEnabled()) return;
  std::vector<LimitEdit> edits;
  for (const LimitDiffRow& each : m_proposal.rows) {
    if (each.direction == LimitDirection::Tighter && each.error.empty()) edits.push_back({each.key, each.after});
  }
  apply(std::move(edits), plainReview("window", "tightened in the window"));
}

void LimitsPanel::openReview() {
  if (!m_reviewButton->isEnabled()) return;
  showPage(Page::Review);
  m_review->focusReason();
}

void LimitsPanel::loosen() {
  std::vector<LimitEdit> edits;
  for (const LimitDiffRow& each : m_proposal.rows) {
    if (each.direction == LimitDirection::Looser && each.error.empty()) edits.push_back({each.key, each.after});
  }
  apply(std::move(edits), m_review->review());
}

void LimitsPanel::apply(std::vector<LimitEdit> edits, LimitReview review) {
  say(tr("Applying …"), "secondary");
  m_apply->setEnabled(false);  // one press, one change
  m_proposalFits = false;
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk, edits = std::move(edits), review = std::move(review)]() -> BackgroundJobs::Then {
    auto outcome = desk.apply(edits, review);
    return [this, edits, outcome = std::move(outcome)] { takeOutcome(outcome, edits); };
  });
}

void LimitsPanel::takeOutcome(const Result<LimitOutcome>& outcome, const std::vector<LimitEdit>& edits) {
  if (!outcome) {
    say(tr("Not applied: %1").arg(textOf(outcome.error().detail)), "critical");
    m_applied = 0;
    m_undoApplied->hide();
    return load();
  }
  QStringList done;
  if (!outcome->applied.empty()) {
    done << tr("Applied as version %1: %2.").arg(outcome->version).arg(keyList(outcome->applied));
    m_applied = outcome->version;
    m_unseen = outcome->version;
  }
  if (!outcome->waiting.empty()) {
    m_pending = outcome->pending;
    m_due = outcome->due;
    done << tr("Takes effect in %1: %2.").arg(ageText(m_due - SystemClock().now()), keyList(outcome->waiting));
  }
  m_abort->setVisible(m_pending != 0);
  m_undoApplied->setVisible(m_applied != 0);
  m_undoApplied->setAccessibleDescription(tr("Takes version %1 back").arg(m_applied));
  say(done.join(QLatin1Char(' ')), outcome->waiting.empty() ? "ok" : "warn");
  std::vector<std::string> keys;
  for (const LimitEdit& edit : edits) keys.push_back(edit.key);
  if (m_pages->currentIndex() == static_cast<int>(Page::Review)) {
    m_review->clear();
    showPage(Page::Fields);
  }
  m_draft.drop(keys);
  load();
}

void LimitsPanel::abortPending() {
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk, pending = m_pending]() -> BackgroundJobs::Then {
    auto done = desk.abort(pending, "person");
    return [this, done = std::move(done)] {
      m_pending = 0;
      m_abort->hide();
      if (done) {
        say(tr("The loosening was aborted; nothing has changed."), "ok");
      } else {
        say(tr("Not aborted: %1").arg(textOf(done.error().detail)), "critical");
      }
      load();
    };
  });
}

void LimitsPanel::undoApplied(std::uint64_t version) {
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk, version]() -> BackgroundJobs::Then {
    auto edits = desk.undoOf(version);
    if (!edits) {
      return [this, error = edits.error()] { say(tr("Nothing to undo: %1").arg(textOf(error.detail)), "critical"); };
    }
    // Taking a loosening back tightens, and is done; taking a tightening back is a loosening like any other.
    const bool loosens = desk.propose(*edits).loosens;
    return [this, edits = *edits, loosens, version] {
      m_applied = 0;
      m_undoApplied->hide();
      if (!loosens) return apply(edits, plainReview("undo", "version " + std::to_string(version) + " taken back"));
      showPage(Page::Fields);
      m_draft.setAll(edits, tr("take back version %1").arg(version));
      say(tr("Taking version %1 back loosens: review it first.").arg(version), "warn");
    };
  });
}

void LimitsPanel::openHistory(const QString& key) {
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk, key]() -> BackgroundJobs::Then {
    auto rows = desk.history(key.toStdString());
    return [this, key, rows = std::move(rows)] {
      m_history->setRows(key, rows);
      showPage(Page::History);
    };
  });
}

void LimitsPanel::importFrom(const QString& path) {
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk, path]() -> BackgroundJobs::Then {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestFile) {
      const QString why = file.isOpen() ? tr("it is larger than a limit file can be") : file.errorString();
      return [this, path, why] { say(tr("%1 cannot be read: %2").arg(path, why), "critical"); };
    }
    const std::string name = path.section(QLatin1Char('/'), -1).toStdString();
    auto edits = desk.importYaml(file.readAll().toStdString(), name);
    return [this, path, edits = std::move(edits)] {
      if (!edits) return say(tr("Not imported: %1").arg(textOf(edits.error().detail)), "critical");
      if (edits->empty()) return say(tr("%1 states what is in force already.").arg(path), "secondary");
      m_draft.setAll(*edits, tr("import"));
      say(tr("%1 differs in %2: a draft now. Apply what tightens, review what loosens.").arg(path).arg(edits->size()),
          "warn");
    };
  });
}

void LimitsPanel::exportTo(const QString& path) {
  LimitDesk& desk = *m_desk;
  m_jobs->post([this, &desk, path]() -> BackgroundJobs::Then {
    QSaveFile file(path);
    const QByteArray text = QByteArray::fromStdString(desk.exportYaml());
    const bool written = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    const QString why = written ? QString() : file.errorString();
    return [this, path, why] {
      if (why.isEmpty()) return say(tr("Exported to %1").arg(path), "ok");
      say(tr("Export failed: %1").arg(why), "critical");
    };
  });
}

void LimitsPanel::chooseFile(bool forExport) {
  auto* dialog = new QFileDialog(this, forExport ? tr("Export limits") : tr("Import limits"));
  dialog->setObjectName(QStringLiteral("dlgLimitFile"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setModal(false);
  dialog->setAcceptMode(forExport ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
  dialog->setFileMode(forExport ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
  dialog->setNameFilter(tr("Limits (*.yaml *.yml)"));
  dialog->setDefaultSuffix(QStringLiteral("yaml"));
  connect(dialog, &QFileDialog::fileSelected, this,
          [this, forExport](const QString& path) { forExport ? exportTo(path) : importFrom(path); });
  dialog->show();
}

}  // namespace bw::ui
