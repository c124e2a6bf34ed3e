package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.policy.SignatureKey;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.transport.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads which content may be served. */
final class AdmissionReader {
    private static final Duration LONGEST_AGE = Duration.ofDays(3650);

    private final GivenSettings given;
    private final Attempts attempts;
    private final boolean remembers;

    AdmissionReader(GivenSettings given) {
        this(given, Attempts.FIRST_ENDS, given.find(Setting.CACHE_DIR).isPresent());
    }

    /** @param remembers whether there is a directory where first requests are remembered */
    AdmissionReader(GivenSettings given, Attempts attempts, boolean remembers) {
        this.given = given;
        this.attempts = attempts;
        this.remembers = remembers;
    }

    Admission read() throws SettingException {
        return new Admission(
                attempts.read(() -> rules(Setting.ALLOW_REPOSITORIES, Rules::ofRepositories), Optional.empty()),
                attempts.read(() -> rules(Setting.ALLOW_TAGS, Rules::ofTags), Optional.empty()),
                attempts.read(this::keys, List.of()),
                attempts.read(this::minimumAge, Optional.empty()),
                attempts.read(this::platforms, List.of()));
    }

    private Optional<Rules> rules(Setting setting, Function<String[], Rules> rules) throws SettingException {
        List<String> globs = given.list(setting);
        if (globs.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(rules.apply(globs.toArray(String[]::new)));
        } catch (IllegalArgumentException e) {
            throw given.find(setting).orElseThrow().expected("patterns, but " + e.getMessage());
        }
    }

    /** Named by the file, and by their place in it where it has several. */
    private List<SignatureKey> keys() throws SettingException {
        Optional<Given> file = given.find(Setting.SIGNATURE_KEYS);
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            Path path = Path.of(file.get().value().trim());
            List<PublicKey> keys = Pem.publicKeys(path);
            List<SignatureKey> named = new ArrayList<>();
            for (PublicKey key : keys) {
                String place = keys.size() == 1 ? "" : " #" + (named.size() + 1);
                named.add(SignatureKey.of(path.getFileName() + place, key));
            }
            return List.copyOf(named);
        } catch (IOException | IllegalArgumentException e) {
            throw file.get()
                    .expected("a PEM file with public keys, such as cosign.pub: "
                            + OneLine.of(String.valueOf(e.getMessage())));
        }
    }

    private List<Platform> platforms() throws SettingException {
        List<Platform> platforms = new ArrayList<>();
        for (String name : given.list(Setting.ALLOW_PLATFORMS)) {
            try {
                platforms.add(Platform.parse(name));
            } catch (IllegalArgumentException e) {
                throw given.find(Setting.ALLOW_PLATFORMS).orElseThrow().expected("platforms, but " + e.getMessage());
            }
        }
        return List.copyOf(platforms);
    }

    /** What was first seen when has to outlive a restart. */
    private Optional<Duration> minimumAge() throws SettingException {
        Optional<Given> age = given.find(Setting.MINIMUM_AGE);
        if (age.isEmpty()) {
            return Optional.empty();
        }
        if (!remembers) {
            throw age.get()
                    .expected(given.called(Setting.CACHE_DIR) + " beside it, where first requests are remembered");
        }
        String expected = "a time from 1s to 3650d, such as 72h or 7d";
        Duration time = Amounts.time(age, Duration.ZERO, LONGEST_AGE, expected);
        if (time.isZero()) {
            throw age.get().expected(expected);
        }
        return Optional.of(time);
    }
}
