package io.github.registryproxy.facade;

import io.github.registryproxy.facade.schema.Problems;

/** What becomes of the first thing that is wrong: the end, or a line among others. */
interface Attempts {
    /** The first is the end. */
    Attempts FIRST_ENDS = new Attempts() {
        @Override
        public <T> T read(Part<T> part, T otherwise) throws SettingException {
            return part.read();
        }
    };

    /** A part of what is to be read. */
    @FunctionalInterface
    interface Part<T> {
        T read() throws SettingException;
    }

    /** The part, or something else to go on with where it cannot be read. */
    <T> T read(Part<T> part, T otherwise) throws SettingException;

    /** Notes each part that is wrong, and goes on. */
    static Attempts collecting(Problems problems) {
        return new Attempts() {
            @Override
            public <T> T read(Part<T> part, T otherwise) {
                try {
                    return part.read();
                } catch (SettingException e) {
                    problems.add(String.valueOf(e.getMessage()));
                    return otherwise;
                }
            }
        };
    }
}
