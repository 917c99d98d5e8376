import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert log.count('the executions one and two both build image') == 2
def digest = { String name ->
  def image = new JsonSlurper().parse(new File(basedir, "target/multiarch/${name}.json"))
  assert image.published
  image.digest
}
assert digest('image') != digest('image-second')
['one': 'image', 'two': 'image-second'].each { repository, file ->
  def entries = new JsonSlurper().parse(new File(basedir, "target/images/${repository}/index.json")).manifests
  assert entries*.digest == [digest(file)]
}
def names = new JsonSlurper().parse(new File(basedir, 'target/multiarch/oci/index.json')).manifests*.annotations*.get('org.opencontainers.image.ref.name')
assert names.sort() == ['1.0', 'second-1.0']
assert new File(basedir, 'target/multiarch/records/second-linux-amd64.json').isFile()
