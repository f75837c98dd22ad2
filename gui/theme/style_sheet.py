"""The style sheet of the window; `@name;` is replaced by a colour or a font size of the theme."""

SHEET = """
QMainWindow, QScrollArea, QScrollArea > QWidget > QWidget#page { background: @window; border: none; }
QToolTip { background: @surface; color: @text; border: 1px solid @line; padding: 6px; }

QLabel { background: transparent; }
QLabel[role="dim"] { color: @dim; }
QLabel[role="small"] { color: @dim; font-size: @small; }
QLabel[role="overline"] { color: @dim; font-size: @small; font-weight: 600; }
QLabel[role="headline"] { font-size: @large; font-weight: 600; }
QLabel[role="large"] { font-size: @large; }
QLabel[role="title"] { font-size: @title; font-weight: 600; }
QLabel[role="huge"] { font-size: @huge; font-weight: 700; }
QLabel[role="error"] { color: @bad; font-size: @small; }
QLabel[role="warn"] { color: @warn; }
QLabel[role="good"] { color: @good; font-weight: 600; }
QLabel[role="bad"] { color: @bad; font-weight: 600; }

QFrame[role="card"] { background: @surface; border: 1px solid @line; border-radius: 10px; }
QFrame[role="warning"] { background: @warn_surface; border: 1px solid @warn; border-radius: 10px; }
QFrame[role="rail"] { background: @surface; border: none; border-right: 1px solid @line; }
QFrame[role="rule"] { background: @line; border: none; max-height: 1px; min-height: 1px; }

QToolButton[role="rail"] {
  border: 2px solid transparent; border-radius: 10px; padding: 8px 2px; color: @dim; background: transparent;
}
QToolButton[role="rail"]:hover { background: @sunken; color: @text; }
QToolButton[role="rail"]:checked { background: @sunken; color: @accent; font-weight: 600; }
QToolButton[role="rail"]:focus { border-color: @accent; }

QPushButton {
  border: 1px solid @line; border-radius: 8px; padding: 7px 16px; background: @surface; color: @text;
}
QPushButton:hover { background: @sunken; }
QPushButton:focus { border: 2px solid @accent; padding: 6px 15px; }
QPushButton:disabled { color: @dim; background: @sunken; }
QPushButton[role="primary"] {
  background: @accent; color: @on_accent; border: 2px solid @accent; border-radius: 10px;
  padding: 13px 34px; font-size: @large; font-weight: 600;
}
QPushButton[role="primary"]:hover { background: @hover; border-color: @hover; }
QPushButton[role="primary"]:focus { border: 2px solid @text; }
QPushButton[role="primary"]:disabled { background: @sunken; color: @dim; border-color: @line; }
QPushButton[role="segment"] { background: @sunken; border: 2px solid transparent; padding: 7px 16px; color: @text; }
QPushButton[role="segment"]:hover { border-color: @line; }
QPushButton[role="segment"]:checked { background: @surface; border-color: @accent; color: @accent; }
QPushButton[role="segment"]:focus { border-color: @text; }
QPushButton[role="chip"] {
  background: @sunken; border: 2px solid transparent; border-radius: 11px; padding: 2px 10px; color: @dim;
  font-size: @small;
}
QPushButton[role="chip"]:hover { border-color: @line; }
QPushButton[role="chip"]:checked { background: @surface; border-color: @accent; color: @accent; }
QPushButton[role="chip"]:focus { border-color: @text; }
QPushButton[role="link"] {
  background: transparent; border: 2px solid transparent; color: @accent; padding: 4px 6px; font-weight: 600;
}
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border-color: @accent; }

QTableView {
  background: @surface; border: 1px solid @line; border-radius: 10px; gridline-color: @line;
  selection-background-color: @sunken; selection-color: @text;
}
QTableView:focus { border-color: @accent; }
QTableView::item { padding: 2px 8px; }
QTableView::item:selected { background: @sunken; color: @text; }
QTableView::item:focus { border: 1px solid @accent; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section {
  background: @surface; color: @dim; border: none; border-bottom: 1px solid @line; padding: 6px 8px; font-weight: 600;
}
QLineEdit { background: @surface; border: 1px solid @line; border-radius: 6px; padding: 5px 8px; }
QLineEdit:focus { border-color: @accent; }
QComboBox { background: @surface; border: 1px solid @line; border-radius: 6px; padding: 4px 8px; }
QComboBox:hover { background: @sunken; }
QComboBox:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox:disabled { color: @dim; background: @sunken; }

QPushButton[role="head"] {
  background: transparent; border: 2px solid transparent; color: @dim; padding: 0; text-align: left; font-size: @small;
}
QPushButton[role="head"]:hover { color: @text; }
QPushButton[role="head"]:focus { border-color: @accent; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @dim; border-radius: 4px; background: @surface; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; }
QCheckBox::indicator:focus { border: 2px solid @text; width: 12px; height: 12px; }

QProgressBar { background: @sunken; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: @line; border-radius: 4px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: @dim; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
