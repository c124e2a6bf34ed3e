package io.github.registryproxy.server;

import io.github.registryproxy.facade.Setting;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.server.control.ControlRequest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands behind {@code cache} on the command line.
 *
 * @param request what to do; empty for help
 * @param options the settings given by options
 * @param config the configuration file
 */
record CacheArguments(Optional<ControlRequest> request, Map<Setting, String> options, Optional<Path> config) {
    static final String HELP = """
            registry-proxy cache status                            how the cache stands
            registry-proxy cache scrub                             read all, drop what is damaged
            registry-proxy cache purge --repository NAME [--tag T] forget a repository, or one tag of it
            registry-proxy cache purge --digest DIGEST             delete a blob or manifest everywhere
            registry-proxy cache purge --missing-tags              forget which tags were not there

            A server that runs on the directory does it, while it serves; without one the command does.
            Repositories are named as clients name them. Options, or environment variables (CACHE_DIR):

              --config FILE            the configuration file, instead of all below
              --cache-dir DIRECTORY    the directory of the cache
              --repo-prefix NAME       as the server has it; needed where none runs
              --registry-host HOST     without a server: only what came from there (everything)

            Exit codes: 0 done, 1 damaged entries found or not done, 2 wrong command line or setting.
            """;

    private static final String ACTION_EXPECTED = "cache: expected status, scrub or purge behind it: see cache --help";
    private static final String PURGE_EXPECTED = "cache purge: expected one of --repository NAME [--tag TAG],"
            + " --digest DIGEST, --missing-tags: see cache --help";
    private static final List<Setting> SETTINGS =
            List.of(Setting.CACHE_DIR, Setting.REPO_PREFIX, Setting.REGISTRY_HOST);

    boolean help() {
        return request.isEmpty();
    }

    /** Reads the arguments behind {@code cache}. */
    static CacheArguments parse(String... arguments) throws SettingException {
        boolean named = arguments.length > 0 && !arguments[0].startsWith("-");
        String action = named ? arguments[0] : "";
        String[] rest = named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
        ParsedOptions parsed = grammar(action).parse(rest);
        if (parsed.has(CommandLineArguments.HELP)) {
            return new CacheArguments(Optional.empty(), Map.of(), Optional.empty());
        }
        ControlRequest request = switch (action) {
            case "status" -> new ControlRequest.Status();
            case "scrub" -> new ControlRequest.Scrub();
            case "purge" -> purge(parsed);
            default -> throw new SettingException(ACTION_EXPECTED);
        };
        Map<Setting, String> options = CommandLineArguments.settings(parsed);
        Optional<Path> config = CommandLineArguments.config(parsed);
        if (config.isPresent() && !options.isEmpty()) {
            throw CommandLineArguments.beside(options.keySet().iterator().next());
        }
        return new CacheArguments(Optional.of(request), options, config);
    }

    private static Grammar grammar(String action) {
        Grammar grammar =
                new Grammar().flag(CommandLineArguments.HELP, "-h", "-help").valued(CommandLineArguments.CONFIG);
        SETTINGS.forEach(setting -> CommandLineArguments.add(grammar, setting));
        return action.equals("purge")
                ? grammar.valued("--repository")
                        .valued("--tag")
                        .valued("--digest")
                        .flag("--missing-tags")
                : grammar;
    }

    private static ControlRequest purge(ParsedOptions parsed) throws SettingException {
        String repository = parsed.value("--repository");
        String tag = parsed.value("--tag");
        String digest = parsed.value("--digest");
        boolean missing = parsed.has("--missing-tags");
        long things = List.of(!repository.isEmpty(), !digest.isEmpty(), missing).stream()
                .filter(given -> given)
                .count();
        if (things != 1 || (repository.isEmpty() && parsed.has("--tag"))) {
            throw new SettingException(PURGE_EXPECTED);
        }
        try {
            if (missing) {
                return new ControlRequest.ForgetMissingTags();
            }
            if (!digest.isEmpty()) {
                return new ControlRequest.PurgeDigest(Digest.parse(digest));
            }
            RepositoryName name = new RepositoryName(repository);
            return parsed.has("--tag")
                    ? new ControlRequest.PurgeTag(name, new Tag(tag))
                    : new ControlRequest.PurgeRepository(name);
        } catch (RegistryException e) {
            throw new SettingException("cache purge: " + e.getMessage() + ": expected names as clients use them, such"
                    + " as --repository app --tag 1.0, or --digest sha256:...");
        }
    }
}
