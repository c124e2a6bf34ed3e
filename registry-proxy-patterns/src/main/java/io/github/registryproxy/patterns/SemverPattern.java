package io.github.registryproxy.patterns;

import io.github.registryproxy.policy.NamePattern;
import org.semver4j.Semver;
import org.semver4j.range.RangeList;

/**
 * Tags that are versions, within a range: <a href="https://semver.org">Semantic Versioning 2.0.0</a>, ranges as npm writes them.
 *
 * <pre>
 * &gt;=1.2 &lt;2       1.2.0, 1.9.9, v1.3.0; not 2.0.0, 1.3.0-rc.1
 * ^1.2           the same
 * ~1.2.3         1.2.3 to 1.2.x
 * 1.x || 3.1.*   all of 1, and of 3.1
 * *              all versions that are no pre-releases
 * </pre>
 *
 * <p>A version has three numbers; a {@code v} in front of it changes nothing. {@code 1.2}, {@code latest} and all else that is no
 * version is in no range. A pre-release is in a range that names a pre-release of the same three numbers: {@code >=1.2.0-rc.1}.
 */
public final class SemverPattern implements NamePattern {
    /** No tag is longer: distribution specification, "Pulling manifests". */
    private static final int LONGEST_TAG = 128;

    private final String written;
    private final RangeList ranges;

    private SemverPattern(String written, RangeList ranges) {
        this.written = written;
        this.ranges = ranges;
    }

    /**
     * The versions in a range: comparisons ({@code <}, {@code <=}, {@code >}, {@code >=}, {@code =}, {@code ~}, {@code ^}, or none)
     * with spaces between those that all have to hold, and {@code ||} between alternatives. {@code 1.2} stands for {@code 1.2.x}.
     *
     * @throws IllegalArgumentException when it is none; names the range, the position from 1 and what is expected
     */
    public static SemverPattern of(String range) {
        return new SemverPattern(range, new RangeParser(range).parse());
    }

    @Override
    public boolean matches(String name) {
        // The library would pass over white space around a version.
        if (name.length() > LONGEST_TAG || name.chars().anyMatch(c -> c <= ' ')) {
            return false;
        }
        Semver version = Semver.parse(name);
        return version != null && ranges.isSatisfiedBy(version);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SemverPattern semver && written.equals(semver.written);
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    @Override
    public String toString() {
        return written;
    }
}
