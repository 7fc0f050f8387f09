-- lossy: profiles.bio (2 values)

-- before
CREATE TABLE profiles (id int, bio text);
INSERT INTO profiles VALUES (1, 'a'), (2, 'b'), (3, NULL);

-- migration
ALTER TABLE profiles DROP COLUMN bio;

-- rollback
ALTER TABLE profiles ADD COLUMN bio text;
