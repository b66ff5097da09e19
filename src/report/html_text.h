// Text of a page. What report.md says, the page says in the same words: its sections are Markdown
// of our own making (escape.h made words from outside harmless in it), and become HTML here, where
// again nothing but our own marks becomes a tag. Pure.
#pragma once

#include <string>
#include <string_view>

namespace doorbuster {

// Words from outside as text, or as an attribute's value: one line, nothing in it is markup.
std::string html_safe(std::string_view text);

// "## " headings, paragraphs, "- " lists, tables, ``` blocks, <details> and <summary> on lines of
// their own, and in a line **, ` and backslashes. A cell that is a verdict is shown as one.
std::string html_of(std::string_view markdown);

// The heading's words ("" for none), and a name for links to it: "stock-left".
std::string heading_of(std::string_view markdown);
std::string link_name(std::string_view heading);

// A section with its heading; `figures`, HTML already, stand right under it.
std::string html_section(std::string_view markdown, std::string_view figures = "");

}  // namespace doorbuster
