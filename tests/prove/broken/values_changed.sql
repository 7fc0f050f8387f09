-- lossy: profiles.bio (values changed)

-- before
CREATE TABLE profiles (id int, bio text);
INSERT INTO profiles VALUES (1, 'A'), (2, 'b');

-- migration
UPDATE profiles SET bio = lower(bio);

-- rollback
UPDATE profiles SET bio = upper(bio);
