package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Entrance;
import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.model.OwnLogin;
import io.github.registryproxy.login.AccessTokens;
import io.github.registryproxy.login.Htpasswd;
import io.github.registryproxy.login.Who;
import io.github.registryproxy.middleware.LimitBandwidth;
import io.github.registryproxy.protocol.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads who may come in, and how much each may take. */
final class EntranceReader {
    private static final int MOST_REQUESTS = 1_000_000;
    private static final long MOST_BYTES = 1024L * 1024 * 1024 * 1024;

    private final GivenSettings given;

    EntranceReader(GivenSettings given) {
        this.given = given;
    }

    /**
     * All of it.
     *
     * @param grants who may do what, besides everybody who may pull without a login
     */
    Entrance read(List<Grant> grants) throws SettingException {
        return new Entrance(login(grants), requests(), bytes());
    }

    OptionalInt requests() throws SettingException {
        return given.find(Setting.RATE_LIMIT).isPresent()
                ? OptionalInt.of(given.number(Setting.RATE_LIMIT, 1, 1, MOST_REQUESTS))
                : OptionalInt.empty();
    }

    OptionalLong bytes() throws SettingException {
        Optional<Given> bandwidth = given.find(Setting.BANDWIDTH_LIMIT);
        return bandwidth.isPresent()
                ? OptionalLong.of(Amounts.size(
                        bandwidth, 0, LimitBandwidth.LEAST, MOST_BYTES, "a size per second from 64KiB, such as 10MiB"))
                : OptionalLong.empty();
    }

    Optional<OwnLogin> login(List<Grant> grants) throws SettingException {
        Optional<Given> file = given.find(Setting.HTPASSWD_FILE);
        if (file.isEmpty()) {
            for (Setting setting : List.of(Setting.LOGIN_MODE, Setting.ANONYMOUS_PULL, Setting.TOKEN_KEY_FILE)) {
                Optional<Given> alone = given.find(setting);
                if (alone.isPresent()) {
                    throw alone.get().expected(given.called(Setting.HTPASSWD_FILE) + " beside it");
                }
            }
            return Optional.empty();
        }
        boolean tokens = tokens();
        boolean anonymous = given.flag(Setting.ANONYMOUS_PULL);
        Optional<Given> keys = given.find(Setting.TOKEN_KEY_FILE);
        Optional<Given> needsTokens = anonymous ? given.find(Setting.ANONYMOUS_PULL) : keys;
        if (!tokens && needsTokens.isPresent()) {
            throw needsTokens.get().conflictsWith(given.find(Setting.LOGIN_MODE).orElseThrow(), "it needs tokens");
        }
        List<Grant> all = new ArrayList<>(grants);
        if (anonymous) {
            all.add(new Grant(Who.anybody(), List.of(), List.of(), Set.of(Access.PULL)));
        }
        return Optional.of(new OwnLogin(
                users(file.get()), tokens, keys.isPresent() ? keys(keys.get()) : List.of(), List.copyOf(all)));
    }

    private boolean tokens() throws SettingException {
        Optional<Given> mode = given.find(Setting.LOGIN_MODE);
        if (mode.isEmpty()) {
            return true;
        }
        return switch (mode.get().value().trim()) {
            case "token" -> true;
            case "basic" -> false;
            default -> throw mode.get().expected("token or basic");
        };
    }

    private static Path users(Given file) throws SettingException {
        try {
            Path path = Path.of(file.value().trim());
            Htpasswd.of(path);
            return path;
        } catch (IllegalArgumentException e) {
            // An invalid path is one as well.
            throw file.expected(
                    e instanceof InvalidPathException
                            ? "a file"
                            : "names and hashes as 'htpasswd -B' writes them; "
                                    + OneLine.of(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw file.expected("a file that can be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** A key a line, the first of which signs. */
    private static List<String> keys(Given file) throws SettingException {
        List<String> keys = GivenSettings.read(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        int least = AccessTokens.Builder.SHORTEST_KEY;
        if (keys.isEmpty() || keys.stream().anyMatch(key -> key.getBytes(StandardCharsets.UTF_8).length < least)) {
            throw file.expected("a random key of " + least + " characters or more in each line");
        }
        return keys;
    }
}
