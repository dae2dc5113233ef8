// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QLabel>

#include "ui/theme/shapes.h"
#include "ui/widgets/view_state.h"

class QPushButton;
class QToolButton;

namespace bw::ui {

/// The mode's badge: word, outline and fill differ.
class ModeBadge : public PaintedWidget {
  Q_OBJECT
 public:
  explicit ModeBadge(QWidget* parent = nullptr);
  /// `suffix` follows the word: "×10".
  void setMode(ModeLook mode, const QString& suffix = {});
  ModeLook mode() const { return m_mode; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ModeLook m_mode = ModeLook::Sim;
  QString m_suffix;
};

/// One connection: shape + word + latency. A button; the shape tells the state without the colour.
class VenueDot : public QAbstractButton {
  Q_OBJECT
 public:
  explicit VenueDot(QWidget* parent = nullptr);
  /// Shape Ok (live), Clock (lagging), Warning (stale), Critical (dead), Unknown (connecting).
  /// `neutral`: in grey; well, but not live (replay, simulation).
  void setState(const QString& venue, Shape shape, const QString& word, const QString& latency, bool neutral = false);
  /// Narrow: the shape alone.
  void setCompact(bool compact);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_venue;
  QString m_word;
  QString m_latency;
  Shape m_shape = Shape::Unknown;
  bool m_neutral = false;
  bool m_compact = false;
};

/// One cell of the status bar: caption and value; a button that opens the dock which explains it.
class StatusCell : public QAbstractButton {
  Q_OBJECT
 public:
  StatusCell(const QString& objectName, const QString& caption, QWidget* parent = nullptr);
  /// `shape` Warning or Critical draws the shape too.
  void setValue(const QString& value, Shape shape = Shape::None);
  QString value() const { return m_value; }
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_caption;
  QString m_value;
  Shape m_shape = Shape::None;
  int m_widest = 0;
};

/// 4 px hatched band and one line of text on top of stale content; hidden when the text is empty.
class StaleBand : public PaintedWidget {
  Q_OBJECT
 public:
  explicit StaleBand(QWidget* parent = nullptr);
  void setState(ViewState view, const QString& text);
  QString text() const { return m_text; }
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ViewState m_view = ViewState::Live;
  QString m_text;
};
/// The same band painted inside a custom widget: `rect` is the band with its text line.
void paintBand(QPainter& painter, const QRect& rect, ViewState view, const QString& text);
/// Height of the band with text, px.
int bandHeight();
/// Diagonal hatching of `color` over `rect`.
void paintHatch(QPainter& painter, const QRect& rect, const QColor& color, int spacing = 6);

/// One sentence of what would be here, one primary button, one "learn more".
class EmptyState : public QWidget {
  Q_OBJECT
 public:
  explicit EmptyState(const QString& objectName, QWidget* parent = nullptr);
  /// No button for an empty `action`.
  void setContent(const QString& sentence, const QString& action, const QString& learnMore = {});
  QString sentence() const;

 Q_SIGNALS:
  void actionRequested();
  void learnMoreRequested();

 private:
  QLabel* m_sentence;
  QPushButton* m_action;
  QPushButton* m_more;
};

/// What failed, since when, what still works, one action; raw text under Details with Copy.
class ErrorState : public QWidget {
  Q_OBJECT
 public:
  explicit ErrorState(const QString& objectName, QWidget* parent = nullptr);
  void setContent(const QString& what, const QString& since, const QString& stillWorks, const QString& action,
                  const QString& details);
  QString details() const { return m_detailsText; }

 Q_SIGNALS:
  void actionRequested();

 private:
  QLabel* m_what;
  QLabel* m_still;
  QPushButton* m_action;
  QToolButton* m_toggle;
  QLabel* m_details;
  QPushButton* m_copy;
  QString m_detailsText;
};

/// A label that shortens its text to the room it has; the whole text is its tooltip.
class ElidedLabel : public QLabel {
  Q_OBJECT
 public:
  explicit ElidedLabel(const QString& objectName, QWidget* parent = nullptr);
  void setFullText(const QString& text);
  QString fullText() const { return m_full; }
  QSize minimumSizeHint() const override { return {24, QLabel::minimumSizeHint().height()}; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void updateText();
  QString m_full;
};

}  // namespace bw::ui
