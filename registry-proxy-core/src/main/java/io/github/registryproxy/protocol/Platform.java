package io.github.registryproxy.protocol;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image runs on: image specification, "Image Index Property Descriptions", {@code platform}. Other spellings are brought
 * to one, as containerd does it: {@code x86_64} is {@code amd64}, {@code aarch64} and {@code arm64/v8} are {@code arm64}, {@code
 * arm} and {@code armhf} are {@code arm/v7}. Prints as {@code linux/arm/v7}.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}
 * @param variant such as {@code v7}; empty where there is but one
 */
public record Platform(String os, String architecture, Optional<String> variant) {
    private static final int LONGEST = 64;
    private static final Pattern FORM = Pattern.compile("([^/]*)/([^/]*)(?:/([^/]*))?");
    private static final String EXPECTED =
            "expected os/architecture or os/architecture/variant, such as linux/amd64 or linux/arm/v7";

    /** @throws IllegalArgumentException when a part is empty, too long, or has other characters than letters, digits, "_.-" */
    public Platform {
        os = checked("os", os);
        architecture = checked("architecture", architecture);
        Optional<String> given = variant.map(text -> checked("variant", text));
        os = os.equals("macos") ? "darwin" : os;
        variant = normalised(architecture, given);
        architecture = normalised(architecture);
    }

    /**
     * The platform of that text.
     *
     * @throws IllegalArgumentException naming the text and what is expected
     */
    public static Platform parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "': " + EXPECTED);
        }
        try {
            return new Platform(parts.group(1), parts.group(2), Optional.ofNullable(parts.group(3)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "', " + e.getMessage() + "; " + EXPECTED, e);
        }
    }

    private static String checked(String part, String text) {
        boolean sound = !text.isEmpty()
                && text.length() <= LONGEST
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "_.-".indexOf(c) >= 0);
        if (!sound) {
            throw new IllegalArgumentException(
                    part + ": expected 1 to " + LONGEST + " letters, digits, '_', '.' or '-', not '" + text + "'");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static String normalised(String architecture) {
        return switch (architecture) {
            case "i386" -> "386";
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            case "armhf", "armel" -> "arm";
            default -> architecture;
        };
    }

    private static Optional<String> normalised(String architecture, Optional<String> variant) {
        return switch (architecture) {
            case "i386" -> Optional.empty();
            case "x86_64", "x86-64", "amd64" -> variant.filter(text -> !text.equals("v1"));
            case "aarch64", "arm64" -> variant.filter(text -> !text.equals("8") && !text.equals("v8"));
            case "armhf" -> Optional.of("v7");
            case "armel" -> Optional.of("v6");
            case "arm" ->
                Optional.of(variant.map(text -> text.length() == 1 ? "v" + text : text)
                        .orElse("v7"));
            default -> variant;
        };
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(text -> "/" + text).orElse("");
    }
}
