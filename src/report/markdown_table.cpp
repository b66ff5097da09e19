#include "report/markdown_table.h"

namespace doorbuster {
namespace {

std::string line(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

}  // namespace

std::string markdown_table(const std::vector<std::string>& headings,
                           const std::vector<std::vector<std::string>>& rows, std::size_t left) {
  std::string text = line(headings) + "|";
  for (std::size_t i = 0; i < headings.size(); ++i) text += i < left ? " --- |" : " ---: |";
  text += "\n";
  for (const std::vector<std::string>& row : rows) text += line(row);
  return text;
}

}  // namespace doorbuster
