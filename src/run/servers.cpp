#include "run/servers.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "postgres/address.h"
#include "run/interrupt.h"

namespace doorbuster {
namespace {

constexpr int kSpareConnections = 10;  // the ledger's, an administrator's, and those being replaced

Error not_local(std::string_view store, std::string_view shown) {
  return invalid(fmt::format(
      "{} at {} is not on this machine; load is sent elsewhere only with --allow-remote", store,
      shown));
}

}  // namespace

Result<Servers> named_servers(const StoreAddresses& addresses) {
  Servers servers;
  if (!addresses.redis.empty()) {
    auto redis = parse_redis_url(addresses.redis);
    if (!redis) return redis.error();
    if (!redis->local() && !addresses.allow_remote) return not_local("Redis", redis->shown());
    servers.redis = std::move(*redis);
  }
  if (!addresses.postgres.empty()) {
    auto postgres = look_at_postgres_address(addresses.postgres);
    if (!postgres) return postgres.error();
    if (!postgres->local && !addresses.allow_remote) {
      return not_local("PostgreSQL", postgres->shown);
    }
    servers.postgres_url = addresses.postgres;
  }
  return servers;
}

Result<Done> start_those_not_named(const Scenario& scenario, const StoreAddresses& addresses,
                                   Servers& servers) {
  SandboxOptions options;
  options.redis = addresses.redis.empty();
  options.postgres = addresses.postgres.empty();
  if (!options.redis && !options.postgres) return Done{};
  options.durable = scenario.stores.durable;
  options.max_connections = scenario.stores.postgres_connections + kSpareConnections;
  options.transport = scenario.stores.unix_sockets ? Transport::unix_socket : Transport::tcp;
  options.give_up = [] { return Interrupt::times() > 0; };
  auto sandbox = Sandbox::start(std::move(options));
  if (!sandbox) return sandbox.error();
  servers.sandbox = std::move(*sandbox);
  if (addresses.redis.empty()) {
    auto redis = parse_redis_url(servers.sandbox->redis_url());
    if (!redis) return redis.error();
    servers.redis = std::move(*redis);
    servers.redis_pid = servers.sandbox->redis_pid();
  }
  if (addresses.postgres.empty()) {
    servers.postgres_url = servers.sandbox->postgres_url();
    servers.postgres_pid = servers.sandbox->postgres_pid();
  }
  return Done{};
}

}  // namespace doorbuster
