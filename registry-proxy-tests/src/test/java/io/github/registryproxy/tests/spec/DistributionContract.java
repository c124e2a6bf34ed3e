package io.github.registryproxy.tests.spec;

/**
 * The specification, and what goes beyond it, as laws for one registry over HTTP. They are the default methods of the interfaces,
 * so that all are tests of the class that runs them and a law's name is the same in every report.
 *
 * <p>Each law makes repositories of its own; the registry may be shared by all.
 */
public abstract class DistributionContract
        implements DeterminingSupport,
                PullingManifests,
                PullingBlobs,
                CheckingContent,
                PushingInAnyOrder,
                PushingMonolithically,
                PushingInChunks,
                CancellingUploads,
                MountingBlobs,
                PushingManifests,
                PushingManifestsWithSubject,
                ListingTags,
                ListingReferrers,
                DeletingContent,
                ErrorCodes,
                Warnings,
                BackwardsCompatibility,
                Sha512,
                ConditionsAndRanges,
                BrokenUploads,
                ManyAtOnce,
                Catalogs,
                Formats,
                SeveralTags {}
