#include "report/html_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/escape.h"

namespace doorbuster {
namespace {

constexpr std::string_view kDetails = "<details><summary>";
constexpr std::string_view kSummaryEnds = "</summary>";
constexpr std::size_t kManyWords = 40;  // a cell of more columns is a sentence, and wraps

void add_escaped(std::string& html, char c) {
  switch (c) {
    case '<':
      html += "&lt;";
      break;
    case '>':
      html += "&gt;";
      break;
    case '"':
      html += "&quot;";
      break;
    case '\'':
      html += "&#39;";
      break;
    default:
      html += c;
  }
}

// Ampersands stand for themselves as markdown_safe() left them: entities.
std::string html_line(std::string_view line) {
  std::string html;
  bool strong = false;
  bool code = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      add_escaped(html, line[++i]);
    } else if (line.substr(i).starts_with("**")) {
      html += strong ? "</strong>" : "<strong>";
      strong = !strong;
      ++i;
    } else if (line[i] == '`') {
      html += code ? "</code>" : "<code>";
      code = !code;
    } else {
      add_escaped(html, line[i]);
    }
  }
  if (code) html += "</code>";
  if (strong) html += "</strong>";
  return html;
}

// The class of a word that says how something ended, "" for any other.
std::string_view tone_of_word(std::string_view cell) {
  struct Word {
    std::string_view word, tone;
  };
  static constexpr Word kVerdictWords[] = {{"holds", "good"},
                                           {"valid", "good"},
                                           {"as expected", "odd"},
                                           {"broken, as expected", "odd"},
                                           {"degraded", "odd"},
                                           {"undecided", "odd"},
                                           {"not shown", "bad"},
                                           {"BROKEN", "bad"},
                                           {"broken", "bad"},
                                           {"broken, expected holds", "bad"},
                                           {"holds, expected broken", "bad"},
                                           {"invalid", "bad"}};
  if (cell == "broken") return "odd";  // nobody expected it to hold: a finding
  std::string plain;
  for (const char c : cell) {
    if (c != '*') plain += c;
  }
  for (const Word& each : kVerdictWords) {
    if (each.word == plain) return each.tone;
  }
  return "";
}

std::string html_cell(std::string_view cell) {
  const std::string_view tone = tone_of_word(cell);
  if (tone.empty()) return html_line(cell);
  return fmt::format("<span class=\"chip {}\">{}</span>", tone, html_line(cell));
}

// No cell holds a bare "|": markdown_safe() sees to that.
std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  line.remove_prefix(1);
  while (!line.empty()) {
    const std::size_t end = std::min(line.find('|'), line.size());
    std::string_view cell = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    while (cell.starts_with(' ')) cell.remove_prefix(1);
    while (cell.ends_with(' ')) cell.remove_suffix(1);
    cells.push_back(cell);
  }
  return cells;
}

class HtmlWriter {
 public:
  void line(std::string_view line) {
    if (in_block_ || line == "```") {
      block(line);
    } else if (line.starts_with("- ")) {
      go_on("ul");
      html_ += "<li>" + html_line(line.substr(2)) + "</li>\n";
    } else if (line.starts_with("|")) {
      row(line);
    } else if (line.starts_with("## ")) {
      go_on("");
      html_ += "<h2>" + html_line(line.substr(3)) + "</h2>\n";
    } else if (line.starts_with(kDetails) && line.ends_with(kSummaryEnds)) {
      go_on("");
      line = line.substr(kDetails.size(), line.size() - kDetails.size() - kSummaryEnds.size());
      html_ += fmt::format("{}{}{}\n", kDetails, html_line(line), kSummaryEnds);
    } else if (line == "</details>") {
      go_on("");
      html_ += "</details>\n";
    } else if (line.empty()) {
      go_on("");
    } else {
      go_on("p");
      html_ += html_line(line) + "\n";
    }
  }

  std::string text() && {
    if (in_block_) block("```");
    go_on("");
    return std::move(html_);
  }

 private:
  void block(std::string_view line) {
    if (line == "```") {
      go_on("");
      html_ += in_block_ ? "</pre>\n" : "<pre>";
      in_block_ = !in_block_;
    } else {
      html_ += html_safe(line) + "\n";
    }
  }

  void row(std::string_view line) {
    const std::vector<std::string_view> cells = cells_of(line);
    if (open_ != "table") {
      go_on("table");
      heads_ = cells;
      return;
    }
    if (!heads_.empty()) {  // the second line: on which side each column stands
      to_the_right_.clear();
      for (const std::string_view cell : cells) to_the_right_.push_back(cell.ends_with(':'));
      html_ += "<thead><tr>";
      for (std::size_t i = 0; i < heads_.size(); ++i) {
        html_ += fmt::format("<th scope=\"col\"{}>{}</th>", number(i), html_line(heads_[i]));
      }
      html_ += "</tr></thead><tbody>\n";
      heads_.clear();
      return;
    }
    html_ += "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const bool words = columns_of(cells[i]) > kManyWords;
      const std::string style = words ? " class=\"words\"" : number(i);
      html_ += i == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", style, html_cell(cells[i]))
                      : fmt::format("<td{}>{}</td>", style, html_cell(cells[i]));
    }
    html_ += "</tr>\n";
  }

  std::string number(std::size_t column) const {
    return column < to_the_right_.size() && to_the_right_[column] ? " class=\"n\"" : "";
  }

  // Ends what is open and begins `next`, unless that is what is open.
  void go_on(std::string_view next) {
    if (open_ == next) return;
    if (open_ == "table") {
      html_ += "</tbody></table></div>\n";
    } else if (!open_.empty()) {
      html_ += fmt::format("</{}>\n", open_);
    }
    open_ = next;
    if (next == "table") {  // a keyboard scrolls what can have the focus
      html_ += "<div class=\"scroll\" role=\"group\" aria-label=\"table\" tabindex=\"0\"><table>";
    } else if (!next.empty()) {
      html_ += fmt::format("<{}>", next);
    }
  }

  std::string html_;
  std::string_view open_;  // "p", "ul", "table"
  bool in_block_ = false;
  std::vector<std::string_view> heads_;
  std::vector<bool> to_the_right_;
};

}  // namespace

std::string html_safe(std::string_view text) {
  std::string html;
  // A picture's line may begin with spaces: terminal_safe() keeps those.
  for (const char c : terminal_safe(text)) {
    if (c == '&') {
      html += "&amp;";
    } else {
      add_escaped(html, c);
    }
  }
  return html;
}

std::string html_of(std::string_view markdown) {
  HtmlWriter writer;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    writer.line(markdown.substr(0, end));
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  return std::move(writer).text();
}

std::string heading_of(std::string_view markdown) {
  const std::size_t at = markdown.find("## ");
  if (at == markdown.npos) return "";
  const std::string_view rest = markdown.substr(at + 3);
  return std::string(rest.substr(0, rest.find('\n')));
}

std::string link_name(std::string_view heading) {
  std::string name;
  for (const char c : heading) {
    if (c >= 'A' && c <= 'Z') {
      name += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 'a' && c <= 'z') {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  return name;
}

std::string html_section(std::string_view markdown, std::string_view figures) {
  if (markdown.empty()) return "";
  std::string html = html_of(markdown);
  constexpr std::string_view kHeadingEnds = "</h2>\n";
  const std::size_t heading = html.find(kHeadingEnds);
  html.insert(heading == html.npos ? 0 : heading + kHeadingEnds.size(), figures);
  return fmt::format("<section id=\"{}\">\n{}</section>\n", link_name(heading_of(markdown)), html);
}

}  // namespace doorbuster
