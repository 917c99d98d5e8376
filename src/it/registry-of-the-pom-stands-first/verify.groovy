def log = new File(basedir, 'build.log').text
assert log.contains("registry: the POM's element <registry>oci:target/images</registry> stands before -Dmultiarch.registry=oci:target/elsewhere")
assert !new File(basedir, 'target/elsewhere').exists()
assert new File(basedir, 'target/images/registry-of-the-pom/index.json').isFile()
