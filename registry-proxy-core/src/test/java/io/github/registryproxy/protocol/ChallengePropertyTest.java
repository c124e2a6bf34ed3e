package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengePropertyTest {
    private static final String TOKEN = "abzAZ09!#$%&'*+-.^_`|~";
    private static final String WILD = "Bearer Basic realm=\"\\,; \t=:/?%00\u00e9\u0000\r\nscope";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void parsing_never_throws_and_what_it_read_it_reads_again(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            List<String> fields = new ArrayList<>();
            for (int n = random.nextInt(3); n >= 0; n--) {
                fields.add(text(random, WILD, random.nextInt(40)));
            }
            List<Challenge> challenges = Challenge.parse(fields);
            List<Challenge> again =
                    Challenge.parse(challenges.stream().map(Challenge::toString).toList());
            assertEquals(challenges, again, () -> "seed " + seed + ": " + fields);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void whatever_is_rendered_is_read_back_also_several_on_one_line(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            List<Challenge> challenges = new ArrayList<>();
            for (int n = random.nextInt(3); n >= 0; n--) {
                challenges.add(challenge(random));
            }
            List<String> lines = challenges.stream().map(Challenge::toString).toList();
            assertEquals(challenges, Challenge.parse(lines));
            assertEquals(challenges, Challenge.parse(List.of(String.join(", ", lines))));
        }
    }

    @Test
    void a_line_of_a_megabyte_is_cut_not_read_to_its_end() {
        for (String piece : List.of("a", "\"", "\\", "a=", "a=\"", ",", " ", "B a, ", "Bearer realm=\"x\",")) {
            List<Challenge> challenges = Challenge.parse(List.of(piece.repeat((1 << 20) / piece.length())));
            assertTrue(challenges.stream().mapToInt(c -> c.toString().length()).sum() <= 64 * 1024, piece);
        }
    }

    private static Challenge challenge(Random random) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            String name = "p" + text(random, "abcxyz019-", random.nextInt(6));
            parameters.put(name, text(random, " \\\",=;:/?%abAB\u00e9\t", random.nextInt(20)));
        }
        return new Challenge("S" + text(random, TOKEN, random.nextInt(8)), Optional.empty(), parameters);
    }

    private static String text(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
