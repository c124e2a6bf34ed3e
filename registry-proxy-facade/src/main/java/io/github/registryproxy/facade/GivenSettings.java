package io.github.registryproxy.facade;

import io.github.registryproxy.transport.Cidr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that was given, by the first source that has it, with the readings that several settings share. */
final class GivenSettings {
    private static final int LARGEST_FILE = 1024 * 1024;

    private final Map<Setting, Given> given = new EnumMap<>(Setting.class);

    private final List<SettingSource> sources;

    GivenSettings(List<SettingSource> sources) {
        this.sources = List.copyOf(sources);
        for (Setting setting : Setting.values()) {
            for (int rank = sources.size() - 1; rank >= 0; rank--) {
                SettingSource source = sources.get(rank);
                int here = rank;
                source.value(setting).ifPresent(value -> given.put(setting, new Given(setting, value, source, here)));
            }
        }
    }

    /** What was given; what is set to nothing counts as not given, and hides the sources behind. */
    Optional<Given> find(Setting setting) {
        return Optional.ofNullable(given.get(setting)).filter(g -> !g.value().isBlank());
    }

    Given require(Setting setting, String expected) throws SettingException {
        return find(setting)
                .orElseThrow(() -> new SettingException(
                        called(setting) + " is missing: set " + spellings(setting) + " to " + expected));
    }

    /** What messages call a setting that is not given: as the file spells it, else by its plain name. */
    String called(Setting setting) {
        return sources.stream()
                .filter(SettingSource::isDocument)
                .findFirst()
                .map(source -> source.spelling(setting))
                .orElse(setting.name());
    }

    /** All ways to write it, the plain name first. */
    private String spellings(Setting setting) {
        return Stream.concat(Stream.of(called(setting)), sources.stream().map(source -> source.spelling(setting)))
                .distinct()
                .collect(Collectors.joining(" or "));
    }

    int number(Setting setting, int unset, int least, int most) throws SettingException {
        Optional<Given> found = find(setting);
        if (found.isEmpty()) {
            return unset;
        }
        OptionalInt number = parse(found.get().value().trim());
        if (number.isEmpty() || number.getAsInt() < least || number.getAsInt() > most) {
            throw found.get().expected("a number from " + least + " to " + most);
        }
        return number.getAsInt();
    }

    boolean flag(Setting setting) throws SettingException {
        Optional<Given> found = find(setting);
        if (found.isEmpty()) {
            return false;
        }
        return switch (found.get().value().trim()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw found.get().expected("true or false");
        };
    }

    /** The parts of a list, separated by commas or blanks. */
    List<String> list(Setting setting) {
        return find(setting).stream()
                .flatMap(g -> Stream.of(g.value().split("[,\\s]+")))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** A list whose parts are all as expected. */
    List<String> checked(Setting setting, Predicate<String> valid, String expected) throws SettingException {
        List<String> parts = list(setting);
        if (!parts.stream().allMatch(valid)) {
            throw find(setting).orElseThrow().expected(expected);
        }
        return parts;
    }

    /** Addresses and blocks of them. */
    List<Cidr> blocks(Setting setting) throws SettingException {
        List<Cidr> blocks = new ArrayList<>();
        for (String text : list(setting)) {
            try {
                blocks.add(Cidr.parse(text));
            } catch (IllegalArgumentException e) {
                throw find(setting).orElseThrow().expected("addresses or blocks of them, such as 10.0.0.0/8,127.0.0.1");
            }
        }
        return List.copyOf(blocks);
    }

    /** A value that stands in the setting or in the file that the other setting names. */
    Optional<Given> valueOrFile(Setting direct, Setting file) throws SettingException {
        Optional<Given> value = find(direct);
        Optional<Given> path = find(file);
        if (value.isPresent()
                && path.isPresent()
                && value.get().rank() == path.get().rank()) {
            throw path.get().conflictsWith(value.get(), "set only one of them");
        }
        if (path.isEmpty() || !goesByFile(direct, file)) {
            return value;
        }
        String text = read(path.get()).strip();
        if (text.isEmpty()) {
            throw path.get().expected("a file that is not empty");
        }
        return Optional.of(
                new Given(direct, text, path.get().source(), path.get().rank()));
    }

    /** The file that a value is read from; empty when it was given directly, or by a pipe that cannot be read again. */
    Optional<Path> fileOf(Setting direct, Setting file) {
        return goesByFile(direct, file)
                ? find(file).map(path -> Path.of(path.value().trim())).filter(Files::isRegularFile)
                : Optional.empty();
    }

    private boolean goesByFile(Setting direct, Setting file) {
        Optional<Given> value = find(direct);
        Optional<Given> path = find(file);
        return path.isPresent()
                && (value.isEmpty() || path.get().rank() < value.get().rank());
    }

    /**
     * The variables of the first environment, with those that are settings as they were given elsewhere. Beside a file the clouds'
     * own variables stay what they are, unless it says otherwise.
     */
    Map<String, String> variables(Setting... settings) {
        Map<String, String> variables = new HashMap<>(sources.stream()
                .map(SettingSource::variables)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(Map.of()));
        for (Setting setting : settings) {
            if (sources.stream().noneMatch(SettingSource::isDocument)) {
                variables.remove(setting.name());
            }
            find(setting).ifPresent(found -> variables.put(setting.name(), found.value()));
        }
        return Map.copyOf(variables);
    }

    /** The text of the file that the setting names. */
    static String read(Given path) throws SettingException {
        try {
            Path file = Path.of(path.value().trim());
            if (!Files.isRegularFile(file) && !Files.isReadable(file)) {
                throw path.expected("a file, and there is none");
            }
            if (Files.isDirectory(file)) {
                throw path.expected("a file, not a directory");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw path.expected("a file of at most " + LARGEST_FILE + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw path.expected("a file, and there is none");
        } catch (InvalidPathException | IOException e) {
            throw path.expected("a file that can be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static OptionalInt parse(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }
}
