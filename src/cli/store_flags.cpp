#include "cli/store_flags.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace doorbuster {
namespace {

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void fill_in_addresses(StoreAddresses& stores) {
  if (stores.redis.empty()) stores.redis = environment_variable("REDIS_URL");
  if (!stores.postgres.empty()) return;
  stores.postgres = environment_variable("DATABASE_URL");
  if (!stores.postgres.empty()) return;
  for (const char* name : {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGPORT", "PGDATABASE"}) {
    if (!environment_variable(name).empty()) stores.postgres = kPostgresFromEnvironment;
  }
}

}  // namespace

void StoreFlags::add_options(CLI::App& command) {
  command.add_option("--redis", settings_.stores.redis,
                     "redis://... instead of REDIS_URL or a throwaway one");
  command.add_option("--postgres", settings_.stores.postgres,
                     "postgresql://... instead of DATABASE_URL, PGHOST");
  command.add_flag("--allow-remote", settings_.stores.allow_remote,
                   "send load to stores that are not on this machine");
  command.add_flag("--simulated", settings_.simulated,
                   "simulated stores in virtual time: no server");
  command.add_option("--out", out_, "the folder of results")->capture_default_str();
  command.add_flag("--history", settings_.whole_history,
                   "keep every view in the history, however many");
}

RunSettings StoreFlags::settings() const {
  RunSettings settings = settings_;
  if (!settings.simulated) fill_in_addresses(settings.stores);
  settings.out = out_;
  return settings;
}

}  // namespace doorbuster
