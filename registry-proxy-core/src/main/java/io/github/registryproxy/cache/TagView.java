package io.github.registryproxy.cache;

/**
 * A tag as somebody sees it: everything that decides what it stands for.
 *
 * @param credential as {@link Readers#credential} has it
 */
record TagView(KeptTags.Name name, String representation, String credential) {
    /** What is the same for all who may read. */
    record Shown(KeptTags.Name name, String representation) {}

    Shown shown() {
        return new Shown(name, representation);
    }
}
